(** Polynomials over the rationals, intervals, real roots, a little linear algebra.

    All of it is computation: [vm_compute] runs it. What it means is proved in Meaning.v. *)

From Coq Require Import ZArith NArith QArith List Bool.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope nat_scope.

(** ** Rational numbers, in lowest terms *)

Definition qzero (x : Q) : bool := match Qnum x with Z0 => true | _ => false end.
Definition qpos (x : Q) : bool := match Qnum x with Zpos _ => true | _ => false end.
Definition qneg (x : Q) : bool := match Qnum x with Zneg _ => true | _ => false end.

Definition qadd (x y : Q) : Q :=
  match Qden x, Qden y with
  | xH, xH => Qmake (Qnum x + Qnum y) 1
  | _, _ => Qred (x + y)
  end.

Definition qmul (x y : Q) : Q :=
  match Qden x, Qden y with
  | xH, xH => Qmake (Qnum x * Qnum y) 1
  | _, _ => Qred (x * y)
  end.

Definition qopp (x : Q) : Q := Qopp x.
Definition qsub (x y : Q) : Q := qadd x (qopp y).
Definition qdiv (x y : Q) : Q := qmul x (Qred (Qinv y)).
Definition qlt (x y : Q) : bool := qneg (Qminus x y).
Definition qle (x y : Q) : bool := negb (qlt y x).
Definition qeq (x y : Q) : bool := Qeq_bool x y.
Definition qmin (x y : Q) : Q := if qlt y x then y else x.
Definition qmax (x y : Q) : Q := if qlt x y then y else x.
Definition qabs (x : Q) : Q := if qneg x then qopp x else x.
Definition qn (n : N) : Q := inject_Z (Z.of_N n).

Fixpoint qpow_pos (x : Q) (n : positive) : Q :=
  match n with
  | xH => x
  | xO n => let y := qpow_pos x n in qmul y y
  | xI n => let y := qpow_pos x n in qmul x (qmul y y)
  end.

Definition qpow (x : Q) (n : N) : Q := match n with N0 => 1%Q | Npos n => qpow_pos x n end.

(** ** Lists *)

Fixpoint map2 {A B C : Type} (f : A -> B -> C) (a : list A) (b : list B) : list C :=
  match a, b with
  | x :: a, y :: b => f x y :: map2 f a b
  | _, _ => []
  end.

Definition flag (l : list bool) (i : nat) : bool := nth i l false.

Fixpoint replace {A : Type} (i : nat) (x : A) (l : list A) : list A :=
  match l, i with
  | [], _ => []
  | _ :: l, O => x :: l
  | y :: l, S i => y :: replace i x l
  end.

Definition mem (i : nat) (l : list nat) : bool := existsb (Nat.eqb i) l.

Fixpoint distinct (l : list nat) : bool :=
  match l with [] => true | i :: l => negb (mem i l) && distinct l end.

(** ** Monomials: the exponents of the variables 0, 1, …, without zeros at the end *)

Definition mono := list N.

Definition cons_exponent (e : N) (m : mono) : mono :=
  match e, m with N0, [] => [] | _, _ => e :: m end.

Definition trim (m : mono) : mono := fold_right cons_exponent [] m.

Fixpoint mcompare (a b : mono) : comparison :=
  match a, b with
  | [], [] => Eq
  | [], _ => Lt
  | _, [] => Gt
  | x :: a, y :: b => match N.compare x y with Eq => mcompare a b | other => other end
  end.

Fixpoint meqb (a b : mono) : bool :=
  match a, b with
  | [], [] => true
  | x :: a, y :: b => N.eqb x y && meqb a b
  | _, _ => false
  end.

Fixpoint mmul (a b : mono) : mono :=
  match a, b with
  | [], _ => b
  | _, [] => a
  | x :: a, y :: b => N.add x y :: mmul a b
  end.

(** w^a / w^b, if it is a monomial. *)
Fixpoint mdiv (a b : mono) : option mono :=
  match a, b with
  | _, [] => Some a
  | [], y :: b => match y with N0 => mdiv [] b | _ => None end
  | x :: a, y :: b =>
      if N.leb y x then option_map (cons_exponent (N.sub x y)) (mdiv a b) else None
  end.

Definition mget (i : nat) (m : mono) : N := nth i m 0%N.

(** The exponent of variable i becomes k. *)
Fixpoint mset (i : nat) (k : N) (m : mono) : mono :=
  match i, m with
  | O, [] => cons_exponent k []
  | O, _ :: m => cons_exponent k m
  | S i, [] => cons_exponent 0 (mset i k [])
  | S i, e :: m => cons_exponent e (mset i k m)
  end.

Definition mvar (i : nat) : mono := mset i 1%N [].
Definition mdegree (m : mono) : N := fold_right N.add 0%N m.

(** i, if the monomial is variable i alone. *)
Fixpoint malone (m : mono) : option nat :=
  match m with
  | [] => None
  | N0 :: m => option_map S (malone m)
  | e :: m => match e, m with 1%N, [] => Some O | _, _ => None end
  end.

(** Whether a marked variable occurs. *)
Fixpoint touches (marked : list bool) (m : mono) : bool :=
  match marked, m with
  | b :: marked, e :: m => (b && negb (N.eqb e 0)) || touches marked m
  | _, _ => false
  end.

(** Whether all variables that occur are marked. *)
Fixpoint within (marked : list bool) (m : mono) : bool :=
  match m with
  | [] => true
  | e :: m =>
      match marked with
      | [] => N.eqb e 0 && within [] m
      | b :: marked => (b || N.eqb e 0) && within marked m
      end
  end.

(** ** Polynomials: terms with distinct monomials, the largest first, coefficients not 0 *)

Definition term := (mono * Q)%type.
Definition poly := list term.

Definition pconst (c : Q) : poly := if qzero c then [] else [([], c)].
Definition pone : poly := [([], 1%Q)].
Definition pvar (i : nat) : poly := [(mvar i, 1%Q)].

Fixpoint padd (p : poly) : poly -> poly :=
  match p with
  | [] => fun q => q
  | (m, c) :: p' =>
      fix inner (q : poly) : poly :=
        match q with
        | [] => p
        | (m', c') :: q' =>
            match mcompare m m' with
            | Lt => (m', c') :: inner q'
            | Gt => (m, c) :: padd p' q
            | Eq => let s := qadd c c' in
                    if qzero s then padd p' q' else (m, s) :: padd p' q'
            end
        end
  end.

Fixpoint add_pairs (l : list poly) : list poly :=
  match l with
  | p :: q :: l => padd p q :: add_pairs l
  | _ => l
  end.

Fixpoint sum_rounds (rounds : nat) (l : list poly) : poly :=
  match l, rounds with
  | [], _ => []
  | [p], _ => p
  | _, O => fold_right padd [] l
  | _, S rounds => sum_rounds rounds (add_pairs l)
  end.

(** The sum of polynomials, by halves. *)
Definition psum (l : list poly) : poly := sum_rounds 40 l.

Definition pmul_term (t : term) (q : poly) : poly :=
  map (fun u => (mmul (fst t) (fst u), qmul (snd t) (snd u))) q.

Definition pmul (p q : poly) : poly :=
  if Nat.leb (length p) (length q)
  then psum (map (fun t => pmul_term t q) p)
  else psum (map (fun t => pmul_term t p) q).

Definition pscale (c : Q) (p : poly) : poly :=
  if qzero c then [] else map (fun t => (fst t, qmul c (snd t))) p.

Definition psub (p q : poly) : poly := padd p (pscale (-1) q).

Fixpoint ppow_pos (p : poly) (n : positive) : poly :=
  match n with
  | xH => p
  | xO n => let q := ppow_pos p n in pmul q q
  | xI n => let q := ppow_pos p n in pmul p (pmul q q)
  end.

Definition ppow (p : poly) (n : N) : poly :=
  match n with N0 => pone | Npos n => ppow_pos p n end.

(** Terms in any order, of any form, as a polynomial. *)
Definition pnorm (p : poly) : poly :=
  psum (map (fun t => if qzero (snd t) then [] else [(trim (fst t), Qred (snd t))]) p).

Fixpoint peq (p q : poly) : bool :=
  match p, q with
  | [], [] => true
  | (m, c) :: p, (m', c') :: q => meqb m m' && qeq c c' && peq p q
  | _, _ => false
  end.

Definition pzero (p : poly) : bool := match p with [] => true | _ => false end.

(** Its value, if it is a constant other than 0. *)
Definition pconstant (p : poly) : option Q :=
  match p with [([], c)] => if qzero c then None else Some c | _ => None end.

(** (i, c), if it is c times variable i. *)
Definition alone (p : poly) : option (nat * Q) :=
  match p with
  | [(m, c)] => if qzero c then None
                else match malone m with Some i => Some (i, c) | None => None end
  | _ => None
  end.

Definition put_zero (marked : list bool) (p : poly) : poly :=
  filter (fun t => negb (touches marked (fst t))) p.

Definition pdegree (i : nat) (p : poly) : N :=
  fold_right (fun t d => N.max (mget i (fst t)) d) 0%N p.

(** The coefficient of the k-th power of variable i. *)
Definition pcoefficient (i : nat) (k : N) (p : poly) : poly :=
  map (fun t => (mset i 0 (fst t), snd t)) (filter (fun t => N.eqb (mget i (fst t)) k) p).

Definition derivative (i : nat) (p : poly) : poly :=
  map (fun t => let e := mget i (fst t) in (mset i (N.pred e) (fst t), qmul (snd t) (qn e)))
      (filter (fun t => negb (N.eqb (mget i (fst t)) 0)) p).

Definition involves (i : nat) (p : poly) : bool :=
  existsb (fun t => negb (N.eqb (mget i (fst t)) 0)) p.

(** Whether all variables that occur are marked. *)
Definition only_in (marked : list bool) (p : poly) : bool :=
  forallb (fun t => within marked (fst t)) p.

Definition touched (marked : list bool) (p : poly) : bool :=
  existsb (fun t => touches marked (fst t)) p.

Fixpoint divide (p : poly) (m : mono) : option poly :=
  match p with
  | [] => Some []
  | (a, c) :: p =>
      match mdiv a m, divide p m with
      | Some q, Some r => Some ((q, c) :: r)
      | _, _ => None
      end
  end.

(** The list p^0, p^1, …, p^n. *)
Fixpoint powers (p : poly) (n : nat) : list poly :=
  match n with
  | O => [pone]
  | S n => pone :: map (pmul p) (powers p n)
  end.

(** ∑ p_k a^k b^(top-k), where p = ∑ p_k w_i^k. *)
Definition substitute (i : nat) (a b : poly) (top : nat) (p : poly) : poly :=
  let numerators := powers a (N.to_nat (pdegree i p)) in
  let denominators := rev (powers b top) in
  psum (map2 (fun k ab => pmul (pcoefficient i (N.of_nat k) p) ab)
             (seq 0 (length numerators)) (map2 pmul numerators denominators)).

(** Variable i becomes scale_i times variable places_i; [None] if it has no place. *)
Fixpoint rename_mono (places : list (option nat)) (scale : list Q) (m : mono) : option term :=
  match m with
  | [] => Some ([], 1%Q)
  | e :: m =>
      let rest := rename_mono (tl places) (tl scale) m in
      match e with
      | N0 => rest
      | _ =>
          match places, rest with
          | Some j :: _, Some (a, c) =>
              let s := match scale with [] => 1%Q | s :: _ => qpow s e end in
              Some (mmul (mset j e []) a, qmul s c)
          | _, _ => None
          end
      end
  end.

Fixpoint rename_terms (places : list (option nat)) (scale : list Q) (p : poly)
  : option (list poly) :=
  match p with
  | [] => Some []
  | (m, c) :: p =>
      match rename_mono places scale m, rename_terms places scale p with
      | Some (a, s), Some l => Some ([(a, qmul c s)] :: l)
      | _, _ => None
      end
  end.

Definition rename (places : list (option nat)) (scale : list Q) (p : poly) : option poly :=
  option_map psum (rename_terms places scale p).

Fixpoint all_some {A : Type} (l : list (option A)) : option (list A) :=
  match l with
  | [] => Some []
  | Some x :: l => option_map (cons x) (all_some l)
  | None :: _ => None
  end.

(** The same for all multiples by factors other than 0, or by positive ones only. *)
Definition normal (positive : bool) (p : poly) : poly :=
  match p with
  | [] => []
  | (_, c) :: _ =>
      if qzero c then p else pscale (Qred (Qinv (if positive then qabs c else c))) p
  end.

Definition same_up_to_factor (p q : poly) : bool := peq (normal false p) (normal false q).

Definition pmem (p : poly) (l : list poly) : bool := existsb (peq p) l.
Definition subset (a b : list poly) : bool := forallb (fun p => pmem p b) a.

(** By expansion along the first row. *)
Fixpoint determinant (size : nat) (rows : list (list poly)) : poly :=
  match size, rows with
  | S size, row :: rows =>
      psum (map2 (fun j entry =>
              if pzero entry then [] else
              let minor := map (fun r => firstn j r ++ skipn (S j) r) rows in
              pscale (if Nat.even j then 1 else -1) (pmul entry (determinant size minor)))
            (seq 0 (length row)) row)
  | _, _ => pone
  end.

(** ** Intervals *)

Definition interval := (Q * Q)%type.

Definition interval_of_four (a b c d : Q) : interval :=
  (qmin (qmin a b) (qmin c d), qmax (qmax a b) (qmax c d)).

Definition imul (x y : interval) : interval :=
  interval_of_four (qmul (fst x) (fst y)) (qmul (fst x) (snd y))
                   (qmul (snd x) (fst y)) (qmul (snd x) (snd y)).

Definition ipow (x : interval) (k : N) : interval :=
  let a := qpow (fst x) k in
  let b := qpow (snd x) k in
  if N.even k && qneg (fst x) && qpos (snd x) then (0%Q, qmax a b) else (qmin a b, qmax a b).

Fixpoint imono (box : list interval) (m : mono) : interval :=
  match m with
  | [] => (1%Q, 1%Q)
  | e :: m =>
      let rest := imono (tl box) m in
      match e with N0 => rest | _ => imul (ipow (hd (0%Q, 0%Q) box) e) rest end
  end.

(** An interval that holds the values of p where every variable is in its interval. *)
Definition ivalue (box : list interval) (p : poly) : interval :=
  fold_right (fun t s => let v := imul (snd t, snd t) (imono box (fst t)) in
                         (qadd (fst v) (fst s), qadd (snd v) (snd s))) (0%Q, 0%Q) p.

Definition iis (a b : Q) (x : interval) : bool := qeq (fst x) a && qeq (snd x) b.
Definition without_zero (x : interval) : bool := qpos (fst x) || qneg (snd x).
Definition opposite_signs (x y : interval) : bool :=
  (qneg (snd x) && qpos (fst y)) || (qneg (snd y) && qpos (fst x)).

(** ** Real roots of polynomials in one variable: coefficients from the constant one up *)

Definition value_at (f : list Q) (x : Q) : Q := fold_right (fun c r => qadd (qmul r x) c) 0%Q f.

Fixpoint strip (f : list Q) : list Q :=
  match f with
  | [] => []
  | c :: f => match strip f with
              | [] => if qzero c then [] else [c]
              | g => c :: g
              end
  end.

Fixpoint uderive (k : N) (f : list Q) : list Q :=
  match f with [] => [] | c :: f => qmul (qn k) c :: uderive (N.succ k) f end.

Definition uderivative (f : list Q) : list Q := match f with [] => [] | _ :: f => uderive 1 f end.

(** p - c x^shift q *)
Fixpoint usub (p : list Q) (c : Q) (shift : nat) (q : list Q) : list Q :=
  match shift, p, q with
  | S shift, x :: p, _ => x :: usub p c shift q
  | O, x :: p, y :: q => qsub x (qmul c y) :: usub p c O q
  | _, _, _ => p
  end.

Fixpoint uremainder (fuel : nat) (p q : list Q) : list Q :=
  match fuel with
  | O => p
  | S fuel =>
      if Nat.ltb (length p) (length q) then p
      else uremainder fuel
             (strip (usub p (qdiv (last p 0%Q) (last q 1%Q)) (length p - length q) q)) q
  end.

(** f, f', and negated remainders, each up to a positive factor. *)
Fixpoint sturm_tail (fuel : nat) (p q : list Q) : list (list Q) :=
  match fuel, q with
  | O, _ => []
  | _, [] => []
  | S fuel, _ =>
      let r := uremainder (S (length p)) p q in
      let size := qopp (Qred (Qinv (qabs (last r 1%Q)))) in
      q :: sturm_tail fuel q (map (qmul size) r)
  end.

Definition sturm_chain (f : list Q) : list (list Q) :=
  f :: sturm_tail (S (length f)) f (strip (uderivative f)).

Fixpoint sign_changes_from (s : bool) (l : list Q) : nat :=
  match l with
  | [] => O
  | x :: l =>
      if qzero x then sign_changes_from s l
      else if Bool.eqb (qpos x) s then sign_changes_from s l
      else S (sign_changes_from (qpos x) l)
  end.

Fixpoint sign_changes (l : list Q) : nat :=
  match l with
  | [] => O
  | x :: l => if qzero x then sign_changes l else sign_changes_from (qpos x) l
  end.

(** f / (x - a), if a is a root. *)
Definition divide_root (f : list Q) (a : Q) : list Q :=
  tl (fold_right (fun c r => match r with
                             | [] => [c]
                             | b :: _ => qadd (qmul b a) c :: r
                             end) [] f).

Fixpoint without_root (fuel : nat) (f : list Q) (a : Q) : list Q :=
  match fuel with
  | O => f
  | S fuel =>
      match f with
      | [] => []
      | _ => if qzero (value_at f a) then without_root fuel (divide_root f a) a else f
      end
  end.

Definition at_end (left : bool) (x : option Q) (g : list Q) : Q :=
  match x with
  | Some a => value_at g a
  | None => let c := last g 0%Q in
            if left && Nat.even (length g) then qopp c else c
  end.

(** The number of distinct real roots of f ≠ 0 in low < x < high ([None]: without that end). *)
Definition count_roots (f : list Q) (low high : option Q) : nat :=
  let empty := match low, high with Some a, Some b => qle b a | _, _ => false end in
  if empty then O else
  let clear f x := match x with Some a => without_root (length f) f a | None => f end in
  let chain := sturm_chain (clear (clear f low) high) in
  sign_changes (map (at_end true low) chain) - sign_changes (map (at_end false high) chain).

(** The coefficients of p, a polynomial in variable i alone. *)
Definition one_coefficient (i : nat) (p : poly) (k : nat) : Q :=
  fold_right (fun t s => if Nat.eqb (N.to_nat (mget i (fst t))) k then qadd (snd t) s else s)
             0%Q p.

Definition one_variable (i : nat) (p : poly) : list Q :=
  map (one_coefficient i p) (seq 0 (S (N.to_nat (pdegree i p)))).

(** ** The rank of rational vectors *)

Fixpoint find_pivot (rows : list (list Q)) : option (list Q * list (list Q)) :=
  match rows with
  | [] => None
  | r :: rows =>
      if qzero (hd 0%Q r)
      then option_map (fun x => (fst x, r :: snd x)) (find_pivot rows)
      else Some (r, rows)
  end.

Fixpoint rank_from (columns : nat) (rows : list (list Q)) : nat :=
  match columns with
  | O => O
  | S columns =>
      match find_pivot rows with
      | None => rank_from columns (map (@tl Q) rows)
      | Some (pivot, others) =>
          let clear r := let c := qdiv (hd 0%Q r) (hd 1%Q pivot) in
                         map2 (fun x y => qsub x (qmul c y)) (tl r) (tl pivot) in
          S (rank_from columns (map clear others))
      end
  end.

Definition rank (rows : list (list Q)) : nat := rank_from (length (hd [] rows)) rows.
