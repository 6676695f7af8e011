(** A checker of certificates: proofs/FORMAT.md, rule by rule. It is run by [vm_compute]. *)

From Coq Require Import ZArith Bool.
From RLCT Require Export Format.
Local Open Scope bool_scope.
Local Open Scope nat_scope.

(** ** Refusals *)

Inductive res (A : Type) := Ok (a : A) | No (reason : string).
Arguments Ok {A}.
Arguments No {A}.

Definition bind {A B : Type} (r : res A) (f : A -> res B) : res B :=
  match r with Ok a => f a | No reason => No reason end.

Notation "'do' x <- r ; f" := (bind r (fun x => f))
  (at level 200, x pattern, r at level 100, f at level 200).

Definition need (b : bool) (reason : string) : res unit := if b then Ok tt else No reason.

Notation "'check' b 'or' reason ; f" := (bind (need b reason%string) (fun _ => f))
  (at level 200, b at level 100, reason at level 100, f at level 200).

Definition some {A : Type} (o : option A) (reason : string) : res A :=
  match o with Some a => Ok a | None => No reason end.

Fixpoint each {A B : Type} (f : A -> res B) (l : list A) : res (list B) :=
  match l with
  | [] => Ok []
  | x :: l => do y <- f x; do r <- each f l; Ok (y :: r)
  end.

(** The number i, if it is below n. *)
Definition number (n : nat) (i : N) : res nat :=
  check N.ltb i (N.of_nat n) or "a number is out of range"; Ok (N.to_nat i).

Definition entry {A : Type} (l : list A) (i : N) : res A :=
  do k <- number (length l) i; some (nth_error l k) "a number is out of range".

(** ** Poles: [None] is λ = ∞ *)

Definition pole := (option Q * N)%type.

Definition nothing : pole := (None, 1%N).

Definition finite (p : pole) : bool := match fst p with None => false | Some _ => true end.

Definition lambda_lt (a b : option Q) : bool :=
  match a, b with
  | Some x, Some y => qlt x y
  | Some _, None => true
  | None, _ => false
  end.

Definition lambda_eq (a b : option Q) : bool :=
  match a, b with
  | Some x, Some y => qeq x y
  | None, None => true
  | _, _ => false
  end.

Definition pole_eq (p q : pole) : bool := lambda_eq (fst p) (fst q) && N.eqb (snd p) (snd q).

(** Whether p is strictly worse than q. *)
Definition is_worse (p q : pole) : bool :=
  lambda_lt (fst p) (fst q) || (lambda_eq (fst p) (fst q) && N.ltb (snd q) (snd p)).

Definition worse (p q : pole) : pole := if is_worse q p then q else p.
Definition better (p q : pole) : pole := if is_worse q p then p else q.

Definition combine_poles (p q : pole) : pole :=
  match fst p, fst q with
  | None, None => nothing
  | _, _ => if lambda_eq (fst p) (fst q) then (fst p, snd p + snd q)%N else worse p q
  end.

Definition add_poles (p q : pole) : pole :=
  match fst p, fst q with
  | Some a, Some b => (Some (qadd a b), N.pred (snd p + snd q))%N
  | _, _ => nothing
  end.

Definition worst (l : list pole) : pole := fold_left worse l nothing.
Definition best (l : list pole) : pole :=
  match l with [] => nothing | p :: l => fold_left better l p end.

Definition poles := (pole * pole)%type.

Definition worst_of_both (l : list poles) : poles := (worst (map fst l), worst (map snd l)).

(** ** Charts *)

Definition dim (c : chart) : nat := length (coordinates c).
Definition size (c : chart) : nat := dim c + length (functions c).
Definition relations (c : chart) : list poly := map relation (functions c).
Definition all_units (c : chart) : list poly := units c ++ positive c.
Definition tau (w : coordinate) : Q := qadd (amplitude w) 1.

Definition with_generators (c : chart) (g : list poly) : chart :=
  Chart (coordinates c) (functions c) (zeros c) (units c) (positive c) g.
Definition with_unit (c : chart) (p : poly) : chart :=
  Chart (coordinates c) (functions c) (zeros c) (units c ++ [p]) (positive c) (generators c).

(** The variables that are alone one of a list, of any multiple or of a positive one. *)
Definition names (only_positive : bool) (l : list poly) : list nat :=
  flat_map (fun p => match alone p with
                     | Some (i, c) => if only_positive && negb (qpos c) then [] else [i]
                     | None => []
                     end) l.

Definition marks (n : nat) (l : list nat) : list bool := map (fun i => mem i l) (seq 0 n).

(** The variables that are 0 on the centre, those that are not, and those that are positive. *)
Definition locals (c : chart) : list bool := map local (coordinates c).
Definition vanishing (c : chart) : list bool :=
  let z := names false (zeros c) in
  map (fun i => flag (locals c) i || mem i z) (seq 0 (size c)).
Definition unit_variables (c : chart) : list bool :=
  marks (size c) (names false (all_units c)).
Definition positive_variables (c : chart) : list bool :=
  marks (size c) (names true (positive c)).
(** … and those of which odd powers have a sign. *)
Definition signed_variables (c : chart) : list bool :=
  let p := names true (positive c) in
  map (fun i => flag (map half (coordinates c)) i || mem i p) (seq 0 (size c)).

Definition restrict (c : chart) : poly -> poly := put_zero (vanishing c).

(** A chart of the certificate, its polynomials in canonical form. *)
Definition fits (n : nat) (p : poly) : bool := forallb (fun t => Nat.leb (length (fst t)) n) p.

Definition read_chart (c : chart) : res chart :=
  let functions := map (fun f => Function (pnorm (relation f)) (between f)) (functions c) in
  let c := Chart (coordinates c) functions (map pnorm (zeros c)) (map pnorm (units c))
                 (map pnorm (positive c)) (map pnorm (generators c)) in
  check forallb (fun w => qlt (-1) (amplitude w)) (coordinates c)
    or "an amplitude is not above -1";
  check forallb (fun f => match between f with Some (a, b) => qlt a b | None => true end)
                functions
    or "between is not in order";
  check Nat.leb (size c) 256 or "too large";
  check forallb (forallb (fits (size c)))
          [relations c; zeros c; units c; positive c; generators c]
    or "a polynomial has other variables";
  Ok c.

(** ** Evidence *)

Fixpoint odd_signed (signed : list bool) (m : mono) : bool :=
  match m with
  | [] => true
  | e :: m => (N.even e || hd false signed) && odd_signed (tl signed) m
  end.

(** Whether all terms of p have the same sign on the centre. *)
Definition same_signs (c : chart) (p : poly) : bool :=
  let signed := signed_variables c in
  forallb (fun t => odd_signed signed (fst t)) p
  && (forallb (fun t => qpos (snd t)) p || forallb (fun t => qneg (snd t)) p).

(** Whether p, in variable v alone, has no real root in the domain of v. *)
Definition no_root (c : chart) (p : poly) (v : nat) : bool :=
  let f := one_variable v p in
  let below_zero_out :=
    flag (map half (coordinates c)) v || flag (positive_variables c) v in
  let zero_in := negb (flag (unit_variables c) v) in
  let bounds :=
    if Nat.leb (dim c) v then
      match nth_error (functions c) (v - dim c) with
      | Some f => between f
      | None => None
      end
    else None in
  let zero_between := match bounds with Some (a, b) => qneg a && qpos b | None => true end in
  let low := match bounds with
             | Some (a, _) => Some (if below_zero_out then qmax a 0 else a)
             | None => if below_zero_out then Some 0%Q else None
             end in
  let high := match bounds with Some (_, b) => Some b | None => None end in
  let inside := count_roots f low high in
  let root_zero := qzero (hd 0%Q f) in
  (* The half-line x >= 0 has its end; the root 0 may be outside the domain. *)
  let below := match low with None => true | Some a => qneg a end in
  let above := match high with None => true | Some b => qpos b end in
  if forallb qzero f || (root_zero && zero_between && zero_in)
  then false
  else if root_zero && below && above
  then Nat.eqb inside 1
  else Nat.eqb inside 0.

Definition shows_no_zero (c : chart) (e : poly) (b : because) : res unit :=
  match b with
  | Signs =>
      check negb (pzero e) && same_signs c e or "evidence: the signs do not agree";
      need (existsb (fun t => within (unit_variables c) (fst t)) e)
           "evidence: no term is of units alone"
  | NoRealRoot v =>
      do v <- number (size c) v;
      check negb (pzero e) && only_in (marks (size c) [v]) e
        or "no_real_root: not a polynomial in the variable alone";
      check N.leb (pdegree v e) 100 or "too large";
      need (no_root c e v) "evidence: there is a real root"
  end.

(** Pairs (number, factor), multiplied with the polynomials of these numbers and added up. *)
Definition linear (l : list poly) (pairs : list (N * poly)) : res poly :=
  do products <- each (fun ka => do p <- entry l (fst ka); Ok (pmul (pnorm (snd ka)) p)) pairs;
  Ok (psum products).

(** A power that does not take for ever. *)
Definition power (p : poly) (n : N) : res poly :=
  check N.leb n 1000 or "too large"; Ok (ppow p n).

Definition unit_product (c : chart) (ns : list N) : res poly :=
  do l <- each (fun un => power (fst un) (snd un))
               (combine (map (restrict c) (all_units c)) ns);
  Ok (fold_right pmul pone l).

(** That polynomials have no common zero on the centre. *)
Definition no_common_zero (c : chart) (ps : list poly) (e : evidence) : res unit :=
  do factors <-
    (match combination e with
     | [] => check Nat.leb (length ps) 1 or "evidence: the combination is missing";
             Ok (map (fun _ => pone) ps)
     | l => check Nat.eqb (length l) (length ps)
              or "evidence: a factor for each polynomial is needed";
            Ok (map pnorm l)
     end);
  let first := psum (map2 (fun a q => pmul a (restrict c q)) factors ps) in
  do second <- linear (map (restrict c) (relations c ++ zeros c)) (evidence_zeros e);
  let total := padd first second in
  match exponents e, rest e with
  | [], None => shows_no_zero c total (why e)
  | [], Some _ | _ :: _, None => No "evidence: units and rest go together"
  | ns, Some r =>
      check Nat.eqb (length ns) (length (all_units c))
        or "evidence: an exponent for each unit is needed";
      let r := pnorm r in
      do u <- unit_product c ns;
      check peq (pmul r u) total or "evidence: the identity does not hold";
      shows_no_zero c r (why e)
  end.

(** By evidence, or, without, as a constant on the centre. *)
Definition non_zero (c : chart) (p : poly) (e : option evidence) : res unit :=
  match e with
  | Some e => no_common_zero c [p] e
  | None => match pconstant (restrict c p) with
            | Some _ => Ok tt
            | None => No "evidence is missing"
            end
  end.

(** ** Real points *)

Definition point_box (c : chart) (p : option point) : res (list interval) :=
  match p with
  | None => check Nat.eqb (length (functions c)) 0 or "a real point is missing";
            Ok (map (fun _ => (0%Q, 0%Q)) (coordinates c))
  | Some p =>
      check Nat.eqb (length (values p)) (dim c)
            && Nat.eqb (length (intervals p)) (length (functions c))
        or "a point has another length";
      Ok (map (fun x => (x, x)) (values p) ++ intervals p)
  end.

Definition is_point (x : interval) : bool := qeq (fst x) (snd x).

(** A term of the k-th relation with a later function that is not one point has a variable that is
    exactly 0. [i] is the number of the first variable of the box. *)
Fixpoint later_function (place : nat) (i : nat) (box : list interval) (m : mono) : bool :=
  match m, box with
  | e :: m, x :: box =>
      (negb (N.eqb e 0) && Nat.ltb place i && negb (is_point x))
      || later_function place (S i) box m
  | _, _ => false
  end.

Fixpoint exactly_zero (box : list interval) (m : mono) : bool :=
  match m, box with
  | e :: m, x :: box => (negb (N.eqb e 0) && iis 0 0 x) || exactly_zero box m
  | _, _ => false
  end.

Definition relation_holds (c : chart) (box : list interval) (k : nat) (f : func) : res unit :=
  let place := dim c + k in
  let r := relation f in
  check forallb (fun t => negb (later_function place 0 box (fst t)) || exactly_zero box (fst t)) r
    or "a relation involves a later function at a point";
  let x := nth place box (0%Q, 0%Q) in
  let at_ a := ivalue (replace place (a, a) box) r in
  check (if is_point x then iis 0 0 (ivalue box r)
         else opposite_signs (at_ (fst x)) (at_ (snd x)))
    or "a relation does not change its sign, or is not 0, at a point";
  match between f with
  | None => Ok tt
  | Some (a, b) =>
      need (qle a (fst x) && qle (snd x) b
            && (qlt (fst x) (snd x) || (qlt a (fst x) && qlt (fst x) b)))
           "a function is not between at a point"
  end.

(** That a point of the centre is as stated; the box of its variables. *)
Definition real_point (c : chart) (p : option point) : res (list interval) :=
  do box <- point_box c p;
  check forallb (fun wx => (negb (local (fst wx)) || iis 0 0 (snd wx))
                           && (negb (half (fst wx)) || negb (qneg (fst (snd wx)))))
                (combine (coordinates c) box)
    or "a coordinate of a point is not 0, or below 0 on a half-line";
  check forallb (fun x => qle (fst x) (snd x)) box
    or "an interval of a point has its ends in the wrong order";
  do _ <- each (fun kf => relation_holds c box (fst kf) (snd kf))
               (combine (seq 0 (length (functions c))) (functions c));
  let related := filter (fun r => negb (pzero r)) (map (restrict c) (relations c)) in
  check forallb (fun z => iis 0 0 (ivalue box z)
                          || (match alone z with Some _ => false | None => true end
                              && existsb (same_up_to_factor (restrict c z)) related)) (zeros c)
    or "one of zeros is not 0 at a point";
  check forallb (fun u => without_zero (ivalue box u)) (all_units c)
    or "a unit may be 0 at a point";
  check forallb (fun u => qpos (fst (ivalue box u))) (positive c)
    or "one of positive may not be above 0 at a point";
  Ok box.

(** ** Children *)

(** An earlier step, with its poles. *)
Record proved := Proved { proved_chart : chart; proved_poles : poles }.

Record reference := Reference {
  target : proved;
  from_coordinates : list nat;
  from_functions : list nat;
  scale : list Q
}.

Definition permutation (n : nat) (l : list N) : res (list nat) :=
  match l with
  | [] => Ok (seq 0 n)
  | _ => do l <- each (number n) l;
         check Nat.eqb (length l) n && distinct l or "not a permutation";
         Ok l
  end.

Definition refer (done : list proved) (r : child) : res reference :=
  do t <- entry done (step_number r);
  let c := proved_chart t in
  do cs <- permutation (dim c) (child_coordinates r);
  do fs <- permutation (length (functions c)) (child_functions r);
  let scale := match child_scale r with [] => map (fun _ => 1%Q) cs | l => l end in
  check Nat.eqb (length scale) (dim c) or "a scale has another length";
  check forallb (fun sw => qpos (fst sw) || (qneg (fst sw) && negb (half (snd sw))))
                (combine scale (coordinates c))
    or "a scale is 0, or negative on a half-line";
  Ok (Reference t cs fs scale).

(** Child variable i is variable number [source r]_i of the derived chart. *)
Definition source (r : reference) : list nat :=
  let d := dim (proved_chart (target r)) in
  from_coordinates r ++ map (fun f => d + f) (from_functions r).

(** A polynomial of the child's chart in the variables of the derived one. *)
Definition pull_back (r : reference) (p : poly) : res poly :=
  some (rename (map Some (source r)) (map (fun s => Qred (Qinv s)) (scale r)) p)
       "a variable occurs that the child does not have".

(** Where l has i. *)
Fixpoint position (i : nat) (l : list nat) : option nat :=
  match l with
  | [] => None
  | j :: l => if Nat.eqb i j then Some O else option_map S (position i l)
  end.

Definition domain_eq (a b : coordinate) : bool :=
  Bool.eqb (half a) (half b) && Bool.eqb (local a) (local b) && qeq (amplitude a) (amplitude b).

Definition between_eq (a b : option interval) : bool :=
  match a, b with
  | None, None => true
  | Some x, Some y => qeq (fst x) (fst y) && qeq (snd x) (snd y)
  | _, _ => false
  end.

Definition normals (positive : bool) (l : list poly) : list poly := map (normal positive) l.
Definition nonzero_normals (l : list poly) : list poly :=
  normals false (filter (fun p => negb (pzero p)) l).
Definition same_set (a b : list poly) : bool := subset a b && subset b a.

(** Units as they are compared: without constants, and of [positive] without constants above 0. *)
Definition compared (positive : bool) (l : list poly) : list poly :=
  normals positive (filter (fun p => match pconstant p with
                                     | Some a => positive && negb (qpos a)
                                     | None => true
                                     end) l).

(** The poles of the child, if its chart is the derived one, renamed and scaled. *)
Definition poles_of (r : reference) (d : chart) : res poles :=
  let c := proved_chart (target r) in
  check Nat.eqb (dim c) (dim d) && Nat.eqb (length (functions c)) (length (functions d))
    or "a child has another number of variables";
  let source := source r in
  let places := map (fun j => position j source) (seq 0 (size c)) in
  let scales := map (fun j => match position j (from_coordinates r) with
                              | Some i => nth i (scale r) 1%Q
                              | None => 1%Q
                              end) (seq 0 (dim c)) in
  let moved l := each (fun p => some (rename places scales p)
                                  "a variable occurs that the child does not have") l in
  check forallb (fun wj => match nth_error (coordinates d) (snd wj) with
                           | Some w => domain_eq (fst wj) w
                           | None => false
                           end) (combine (coordinates c) (from_coordinates r))
    or "a child's coordinate differs";
  do rs <- moved (relations d);
  check forallb (fun fj => match nth_error (functions d) (snd fj), nth_error rs (snd fj) with
                           | Some f, Some r => between_eq (between (fst fj)) (between f)
                                               && same_up_to_factor (relation (fst fj)) r
                           | _, _ => false
                           end) (combine (functions c) (from_functions r))
    or "a child's function differs";
  do gs <- moved (generators d);
  check same_set (nonzero_normals (generators c)) (nonzero_normals gs)
    or "a child's generators differ";
  do zs <- moved (zeros d);
  let without_locals := put_zero (locals c) in
  check same_set (nonzero_normals (map without_locals (zeros c)))
                 (nonzero_normals (map without_locals zs))
    or "a child's zeros differ";
  do us <- moved (units d);
  do ps <- moved (positive d);
  let ours := compared false (map (restrict c) (units c)) in
  let theirs := compared false (map (restrict c) us) in
  let ours_positive := compared true (map (restrict c) (positive c)) in
  let theirs_positive := compared true (map (restrict c) ps) in
  check subset ours theirs && subset ours_positive theirs_positive
    or "a child has units that the derived chart has not";
  let equal := subset theirs ours && subset theirs_positive ours_positive in
  Ok (fst (proved_poles (target r)),
      if equal then snd (proved_poles (target r)) else nothing).

Definition only_child (l : list reference) : res reference :=
  match l with [r] => Ok r | _ => No "one child is needed" end.

Definition poles_of_all (rs : list reference) (ds : list chart) : res poles :=
  check Nat.eqb (length rs) (length ds) && negb (Nat.eqb (length ds) 0)
    or "the number of children differs";
  do l <- each (fun rd => poles_of (fst rd) (snd rd)) (combine rs ds);
  Ok (worst_of_both l).

(** ** The rules *)

Definition no_bound (c : chart) : pole := (Some 0%Q, N.max 1 (N.of_nat (dim c))).

Definition rule_unit (c : chart) (g : option N) (e : evidence) : res poles :=
  do ps <- (match g with
            | Some i => do p <- entry (generators c) i; Ok [p]
            | None => Ok []
            end);
  do _ <- no_common_zero c ps e;
  Ok (nothing, nothing).

Definition qsum (l : list Q) : Q := fold_right qadd 0%Q l.

(** v·α for the exponents of a monomial. *)
Fixpoint weight (v : list Q) (m : mono) : Q :=
  match v, m with
  | x :: v, e :: m => qadd (qmul x (qn e)) (weight v m)
  | _, _ => 0%Q
  end.

Definition least (l : list Q) : option Q :=
  match l with [] => None | x :: l => Some (fold_left qmin l x) end.

Definition newton_weight (c : chart) (box : list interval) (v : list Q) : res Q :=
  check Nat.eqb (length v) (dim c) && forallb (fun x => negb (qneg x)) v && existsb qpos v
    or "newton: no weight vector";
  check forallb (fun xi => qzero (fst xi) || iis 0 0 (snd xi)) (combine v box)
    or "newton: a weight at a coordinate that is not 0 at the point";
  let orders := flat_map (map (fun t => weight v (fst t))) (generators c) in
  do o <- some (least orders) "newton: the order is not above 0";
  check qpos o or "newton: the order is not above 0";
  Ok (qdiv (qsum (map2 (fun x w => qmul x (tau w)) v (coordinates c))) (qmul 2 o)).

Definition newton_upper (c : chart) (ws : list (list Q)) (p : option point) : res pole :=
  match ws, p with
  | [], None => Ok nothing
  | _, _ =>
      do box <- real_point c p;
      match ws with
      | [] => Ok nothing
      | _ =>
          do ls <- each (newton_weight c box) ws;
          check forallb (qeq (hd 0%Q ls)) ls or "newton: the weights give several values";
          check Nat.eqb (rank ws) (length ws) or "newton: the weights are dependent";
          Ok (Some (hd 0%Q ls), N.of_nat (length ws))
      end
  end.

(** The exponents of coordinates that all terms have. *)
Definition content (d : nat) (p : poly) : mono :=
  trim (map (fun i => match p with
                      | [] => 0%N
                      | t :: p => fold_right (fun u e => N.min (mget i (fst u)) e)
                                             (mget i (fst t)) p
                      end) (seq 0 d)).

Definition newton_term (c : chart) (t : convex_term) : res (Q * mono) :=
  do g <- entry (generators c) (term_generator t);
  check qpos (term_coefficient t) && negb (pzero g)
    or "newton: a coefficient or a generator is not as it must be";
  let alpha := content (dim c) g in
  do cofactor <- some (divide g alpha) "newton: the content does not divide";
  do _ <- non_zero c cofactor (term_evidence t);
  Ok (Qred (term_coefficient t), alpha).

Definition newton_lower (c : chart) (ts : list convex_term) : res pole :=
  match ts with
  | [] => Ok (no_bound c)
  | _ =>
      do ts <- each (newton_term c) ts;
      check qeq (qsum (map fst ts)) 1 or "newton: the coefficients do not add up to 1";
      let inner := filter (fun i => negb (flag (unit_variables c) i)) (seq 0 (dim c)) in
      let beta i := qsum (map (fun t => qmul (fst t) (qn (mget i (snd t)))) ts) in
      let tau_ i := match nth_error (coordinates c) i with Some w => tau w | None => 1%Q end in
      let t := fold_right qmax 0%Q (map (fun i => qdiv (beta i) (tau_ i)) inner) in
      check qpos t or "newton: t is not above 0";
      let first := match ts with t :: _ => snd t | [] => [] end in
      let differences :=
        map (fun t => map (fun i => qsub (qn (mget i (snd t))) (qn (mget i first))) inner) ts in
      let below :=
        flat_map (fun i => if qlt (beta i) (qmul t (tau_ i))
                           then [map (fun j => if Nat.eqb i j then 1%Q else 0%Q) inner]
                           else []) inner in
      let f := rank (differences ++ below) in
      Ok (Some (qdiv 1 (qmul 2 t)), N.max 1 (N.of_nat (length inner - f)))
  end.

Definition rule_newton (c : chart) (ws : list (list Q)) (p : option point)
    (ts : list convex_term) : res poles :=
  do upper <- newton_upper c ws p;
  do lower <- newton_lower c ts;
  Ok (lower, upper).

(** The smallest τ_i/(2k_i) of the chosen coordinates with k_i > 0, and how many attain it. *)
Definition smallest (c : chart) (ks : list N) (chosen : nat -> bool) : pole :=
  let quotients :=
    flat_map (fun iwk => let '(i, (w, k)) := iwk in
                         if negb (N.eqb k 0) && chosen i
                         then [qdiv (tau w) (qmul 2 (qn k))] else [])
             (combine (seq 0 (dim c)) (combine (coordinates c) ks)) in
  match least quotients with
  | None => nothing
  | Some l => (Some l, N.of_nat (length (filter (qeq l) quotients)))
  end.

Fixpoint derive (times : nat) (i : nat) (p : poly) : poly :=
  match times with
  | O => p
  | S times => match p with [] => [] | _ => derive times i (derivative i p) end
  end.

Definition derive_all (alpha : list N) (p : poly) : poly :=
  fold_left (fun p ia => derive (N.to_nat (snd ia)) (fst ia) p)
            (combine (seq 0 (length alpha)) alpha) p.

Definition rule_order (c : chart) (g : N) (ds : list (list N)) (ks : list N) (e : evidence)
  : res poles :=
  let d := dim c in
  do g <- entry (generators c) g;
  check Nat.eqb (length ks) d or "order: a list of exponents has another length";
  do f <- some (divide g (trim ks)) "order: the divisor does not divide";
  let unit_ := flag (unit_variables c) in
  let divisor i := negb (N.eqb (nth i ks 0%N) 0) in
  check forallb (fun i => negb (divisor i && unit_ i)) (seq 0 d) or "order: a divisor is a unit";
  check forallb (fun iw => unit_ (fst iw) || divisor (fst iw) || negb (qneg (amplitude (snd iw))))
                (combine (seq 0 d) (coordinates c))
    or "order: an amplitude is below 0";
  check forallb (fun a => Nat.eqb (length a) d) ds
    or "order: a list of exponents has another length";
  check forallb (fun a => N.leb (fold_right N.add 0%N a) 1000) ds or "too large";
  check forallb (forallb (fun ia =>
                   N.eqb (snd ia) 0
                   || negb (divisor (fst ia) || existsb (involves (fst ia)) (relations c))))
                (map (combine (seq 0 d)) ds)
    or "order: a derivative";
  let mu := fold_right N.max 0%N (map (fold_right N.add 0%N) ds) in
  check N.leb 1 mu or "order: no derivative";
  do _ <- no_common_zero c (map (fun a => derive_all a f) ds) e;
  let first := smallest c ks (fun _ => true) in
  let second := Some (qdiv 1 (qmul 2 (qn mu))) in
  Ok (if lambda_lt (fst first) second then first
      else (second, if lambda_eq (fst first) second then N.succ (snd first) else 1%N),
      nothing).

Definition rule_both (c : chart) (rs : list reference) : res poles :=
  check Nat.leb 2 (length rs) or "both: two children are needed";
  do l <- each (fun r => poles_of r c) rs;
  Ok (best (map fst l), worst (map snd l)).

(** The chart of some variables, in the order of the list. *)
Definition sub_chart (c : chart) (members : list nat) (zs us ps gs : list poly) : res chart :=
  let places := map (fun j => position j members) (seq 0 (size c)) in
  let move p := some (rename places [] p) "a variable occurs that the child does not have" in
  do ws <- each (fun i => some (nth_error (coordinates c) i) "no coordinate")
                (filter (fun i => Nat.ltb i (dim c)) members);
  do fs <- each (fun i => do f <- some (nth_error (functions c) (i - dim c)) "no function";
                          do r <- move (relation f);
                          Ok (Function r (between f)))
                (filter (fun i => Nat.leb (dim c) i) members);
  do zs <- each move zs;
  do us <- each move us;
  do ps <- each move ps;
  do gs <- each move gs;
  Ok (Chart ws fs zs us ps gs).

(** Whether p involves variables, of the members only. *)
Definition belongs (c : chart) (members : list nat) (p : poly) : bool :=
  existsb (fun t => negb (N.eqb (mdegree (fst t)) 0)) p
  && only_in (marks (size c) members) p.

Definition rule_sum (c : chart) (parts : list part) (p : option point) (rs : list reference)
  : res poles :=
  do ms <- each (fun part =>
             do cs <- each (number (dim c)) (part_coordinates part);
             do fs <- each (number (length (functions c))) (part_functions part);
             Ok (cs ++ map (fun k => dim c + k) fs)) parts;
  check distinct (concat ms) or "sum: the parts are not disjoint";
  check negb (Nat.eqb (length ms) 0) && Nat.eqb (length ms) (length rs)
    or "sum: a child a part is needed";
  let gs := filter (fun g => negb (pzero g)) (generators c) in
  check forallb (fun g => existsb (fun m => belongs c m g) ms) gs
    or "sum: a generator is not of one part";
  let inside m := filter (belongs c m) in
  do l <- each (fun mr =>
            let m := fst mr in
            do part <- sub_chart c m (inside m (zeros c)) (inside m (units c))
                                 (inside m (positive c)) (inside m gs);
            poles_of (snd mr) part) (combine ms rs);
  let sum_of (l : list pole) :=
    match l with [] => nothing | p :: l => fold_left add_poles l p end in
  let lower := sum_of (map fst l) in
  let upper := sum_of (map snd l) in
  let left := filter (fun i => negb (mem i (concat ms))) (seq 0 (size c)) in
  let remaining := filter (fun p => negb (existsb (fun m => belongs c m p) ms)) in
  let left_relations :=
    flat_map (fun i => match nth_error (functions c) (i - dim c) with
                       | Some f => [relation f]
                       | None => []
                       end) (filter (fun i => Nat.leb (dim c) i) left) in
  let ours := remaining (zeros c) ++ remaining (units c) ++ remaining (positive c)
              ++ left_relations in
  if negb (forallb (only_in (marks (size c) left)) ours) then Ok (lower, nothing) else
  match ours, p with
  | [], None => Ok (lower, upper)
  | _, _ =>
      let shown := do s <- sub_chart c left (remaining (zeros c)) (remaining (units c))
                                     (remaining (positive c)) [];
                   real_point s p in
      match shown, p with
      | Ok _, _ => Ok (lower, upper)
      | No reason, Some _ => No reason
      | No _, None => Ok (lower, nothing)
      end
  end.

Definition rule_factor (c : chart) (ks : list N) (rs : list reference) : res poles :=
  let d := dim c in
  check Nat.eqb (length ks) d or "factor: a list of exponents has another length";
  let gone i := negb (N.eqb (nth i ks 0%N) 0) in
  let gone_marks := map gone (seq 0 (size c)) in
  let members := filter (fun i => negb (gone i)) (seq 0 (size c)) in
  let left l := filter (fun u => match alone u with
                                 | Some (i, _) => negb (gone i)
                                 | None => true
                                 end) l in
  do quotients <- each (fun g => some (divide g (trim ks)) "a monomial does not divide")
                       (generators c);
  check forallb (fun p => negb (touched gone_marks p))
                (quotients ++ relations c ++ zeros c ++ left (units c) ++ left (positive c))
    or "factor: a coordinate still occurs";
  do derived <- sub_chart c members (zeros c) (left (units c)) (left (positive c)) quotients;
  do r <- only_child rs;
  do lu <- poles_of r derived;
  let unit_ := flag (unit_variables c) in
  let pole := smallest c ks (fun i => negb (unit_ i)) in
  (* Above a point of the child's centre there must be one of this centre. *)
  let signs i s := existsb (fun u => match alone u with
                                     | Some (j, a) => Nat.eqb i j && Bool.eqb (qpos a) s
                                     | None => false
                                     end) (positive c) in
  let no_value iw :=
    let '(i, w) := iw in
    gone i && unit_ i
    && (local w || (signs i false && (signs i true || half w))) in
  let high := if existsb no_value (combine (seq 0 d) (coordinates c)) then nothing else snd lu in
  Ok (combine_poles pole (fst lu),
      if finite high then combine_poles pole high else nothing).

(** w_j = ε u^a_j, w_i = u^a_i w_i: the exponents of a monomial afterwards, and the sign. *)
Definition blow_up_poly (pairs : list (nat * N)) (j : nat) (minus : bool) (p : poly) : poly :=
  psum (map (fun t =>
          let m := fst t in
          let total := fold_right (fun ia s => snd ia * mget (fst ia) m + s)%N 0%N pairs in
          let sign := if minus && N.odd (mget j m) then (-1)%Q else 1%Q in
          [(mset j total m, qmul sign (snd t))]) p).

Definition blow_up_chart (c : chart) (pairs : list (nat * N)) (j : nat) (minus half_line : bool)
    (before after : list nat) : chart :=
  let amplitude_ :=
    qsub (qsum (map (fun ia => match nth_error (coordinates c) (fst ia) with
                               | Some w => qmul (qn (snd ia)) (tau w)
                               | None => 0%Q
                               end) pairs)) 1 in
  let coordinate_ iw :=
    let '(i, w) := iw in
    if Nat.eqb i j then Coordinate half_line true amplitude_
    else if mem i before then Coordinate (half w) true (amplitude w)
    else if mem i after then Coordinate (half w) false (amplitude w)
    else w in
  let moved := map (blow_up_poly pairs j minus) in
  Chart (map coordinate_ (combine (seq 0 (dim c)) (coordinates c)))
        (map (fun f => Function (blow_up_poly pairs j minus (relation f)) (between f))
             (functions c))
        (moved (zeros c)) (moved (units c)) (moved (positive c)) (moved (generators c)).

Definition half_at (c : chart) (i : nat) : bool := flag (map half (coordinates c)) i.

Fixpoint blow_up_charts (c : chart) (pairs : list (nat * N)) (before : list nat)
    (todo : list (nat * N)) : list chart :=
  match todo with
  | [] => []
  | (j, a) :: todo =>
      let chart_ minus half_line :=
        blow_up_chart c pairs j minus half_line before (map fst todo) in
      let on_lines := forallb (fun ia => negb (half_at c (fst ia))) pairs in
      (if half_at c j then [chart_ false true]
       else if on_lines && N.odd a then [chart_ false false]
       else [chart_ false true; chart_ true true])
      ++ blow_up_charts c pairs (j :: before) todo
  end.

Definition rule_blow_up (c : chart) (ws : list (N * N)) (rs : list reference) : res poles :=
  do pairs <- each (fun ia => do i <- number (dim c) (fst ia); Ok (i, snd ia)) ws;
  check negb (Nat.eqb (length pairs) 0) && distinct (map fst pairs)
    or "blow_up: the coordinates are not distinct";
  check forallb (fun ia => N.leb 1 (snd ia) && flag (locals c) (fst ia)) pairs
    or "blow_up: a weight is 0, or a coordinate is not local";
  poles_of_all rs (blow_up_charts c pairs [] pairs).

Definition with_zero (c : chart) (p : poly) : chart :=
  match alone p with
  | Some (i, _) =>
      match nth_error (coordinates c) i with
      | Some w =>
          if local w
          then Chart (coordinates c) (functions c) (zeros c ++ [p]) (units c) (positive c)
                     (generators c)
          else Chart (replace i (Coordinate (half w) true (amplitude w)) (coordinates c))
                     (functions c) (zeros c) (units c) (positive c) (generators c)
      | None => Chart (coordinates c) (functions c) (zeros c ++ [p]) (units c) (positive c)
                      (generators c)
      end
  | None => Chart (coordinates c) (functions c) (zeros c ++ [p]) (units c) (positive c)
                  (generators c)
  end.

Definition rule_split (c : chart) (p : poly) (rs : list reference) : res poles :=
  let p := pnorm p in
  check fits (size c) p or "a polynomial has other variables";
  poles_of_all rs [with_unit c p; with_zero c p].

Definition rule_cover (c : chart) (ps : list poly) (e : evidence) (rs : list reference)
  : res poles :=
  let ps := map pnorm ps in
  check forallb (fits (size c)) ps or "a polynomial has other variables";
  do _ <- no_common_zero c ps e;
  poles_of_all rs (map (with_unit c) ps).

Definition explicit_chart (c : chart) (i : nat) (w : coordinate) (slope rest_ : poly)
    (local_ unit_ : bool) (zs : list poly) : chart :=
  let numerator := psub (pvar i) rest_ in
  let moved even p :=
    let top := N.to_nat (pdegree i p) in
    substitute i numerator slope (if even && Nat.odd top then S top else top) p in
  Chart (replace i (Coordinate false local_ 0) (coordinates c))
        (map (fun f => Function (moved false (relation f)) (between f)) (functions c))
        (map (moved false) zs)
        (map (moved false) (units c) ++ [slope])
        (map (moved true) (positive c)
         ++ (if unit_ && half w then [moved true (pvar i)] else []))
        (map (moved false) (generators c)).

Definition implicit_chart (c : chart) (i : nat) (w : coordinate) (p : poly) (unit_ : bool)
    (zs : list poly) : res chart :=
  let n := size c in
  let places := map (fun v => Some (if Nat.eqb v i then n else v)) (seq 0 n) in
  let move p := some (rename places [] p) "no place" in
  let old := pvar n in
  do fs <- each (fun f => do r <- move (relation f); Ok (Function r (between f))) (functions c);
  do q <- move p;
  do zs <- each move zs;
  do us <- each move (units c);
  do ps <- each move (positive c);
  do gs <- each move (generators c);
  Ok (Chart (replace i (Coordinate false true 0) (coordinates c))
            (fs ++ [Function (psub q (pvar i)) None])
            (zs ++ (if local w then [old] else []))
            us
            (ps ++ (if unit_ && half w then [old] else []))
            gs).

Definition jacobian (c : chart) (i : nat) (p : poly) : poly :=
  let columns := seq (dim c) (length (functions c)) ++ [i] in
  determinant (length columns)
    (map (fun r => map (fun v => derivative v r) columns) (relations c ++ [p])).

Definition rule_coordinate (c : chart) (i : N) (p : poly) (f : form) (e : option evidence)
    (rs : list reference) : res poles :=
  do i <- number (dim c) i;
  do w <- some (nth_error (coordinates c) i) "no coordinate";
  let p := pnorm p in
  check fits (size c) p or "a polynomial has other variables";
  let unit_ := flag (unit_variables c) i in
  check unit_ || (negb (half w) && qzero (amplitude w))
    or "coordinate: it is on a half-line or has an amplitude";
  let free := only_in (marks (dim c) (seq 0 (dim c))) p
              || forallb (fun r => pzero (restrict c (derivative i r))) (relations c) in
  let restricted := restrict c p in
  let vanishes := pzero restricted
                  || existsb (fun z => same_up_to_factor restricted (restrict c z)) (zeros c) in
  let listed z := negb (pzero p) && same_up_to_factor p z in
  let zs := filter (fun z => negb (listed z)) (zeros c) in
  match f with
  | Explicit =>
      check free or "coordinate: it is not free";
      check N.leb (pdegree i p) 1 or "coordinate: the polynomial is not linear in it";
      let slope := pcoefficient i 1 p in
      let rest_ := pcoefficient i 0 p in
      do _ <- non_zero c slope e;
      check negb (local w) || pzero restricted
        or "coordinate: the polynomial is not 0 on the centre";
      do r <- only_child rs;
      poles_of r (explicit_chart c i w slope rest_ (local w || vanishes) unit_ zs)
  | Implicit =>
      check vanishes || existsb listed (zeros c)
        or "coordinate: the polynomial is not 0 on the centre";
      do _ <- non_zero c (if free then derivative i p else jacobian c i p) e;
      do r <- only_child rs;
      do derived <- implicit_chart c i w p unit_ zs;
      poles_of r derived
  end.

(** Row j shows e·goal = ∑ a·given + ∑ c·relation. *)
Definition row_holds (c : chart) (given : list poly) (goal : poly) (r : row) : res unit :=
  let u := match row_unit r with Some p => pnorm p | None => pone end in
  do _ <- non_zero c u (row_evidence r);
  do first <- linear given (row_combination r);
  do second <- linear (relations c) (row_relations r);
  need (peq (pmul u goal) (padd first second)) "ideal: an identity does not hold".

Definition rows_hold (c : chart) (given goals : list poly) (rows : list row) : res unit :=
  check Nat.eqb (length rows) (length goals) or "ideal: a row for each generator is needed";
  do _ <- each (fun gr => row_holds c given (fst gr) (snd gr)) (combine goals rows);
  Ok tt.

Definition rule_ideal (c : chart) (forward back : list row) (rs : list reference) : res poles :=
  do r <- only_child rs;
  let target_ := proved_chart (target r) in
  check Nat.eqb (dim target_) (dim c)
        && Nat.eqb (length (functions target_)) (length (functions c))
    or "ideal: other variables";
  do theirs <- each (pull_back r) (generators target_);
  do _ <- rows_hold c (generators c) theirs forward;
  do lu <- poles_of r (with_generators c theirs);
  match back with
  | [] => Ok (fst lu, nothing)
  | _ => do _ <- rows_hold c theirs (generators c) back; Ok lu
  end.

Definition rule_definite (c : chart) (i : N) (rs : list reference) : res poles :=
  do k <- number (length (generators c)) i;
  do g <- entry (generators c) i;
  check negb (pzero g) && same_signs c g or "definite: the signs do not agree";
  do r <- only_child rs;
  poles_of r (with_generators c (firstn k (generators c) ++ skipn (S k) (generators c)
                                 ++ map (fun t => [t]) g)).

Definition fold_poly (i : nat) (k : N) (p : poly) : res poly :=
  check forallb (fun t => N.eqb (N.modulo (mget i (fst t)) k) 0) p
    or "fold: an exponent is not divisible";
  Ok (map (fun t => (mset i (N.div (mget i (fst t)) k) (fst t), snd t)) p).

Definition fold_unit (i : nat) (k : N) (only_positive : bool) (u : poly) : res poly :=
  match alone u with
  | Some (j, a) =>
      if Nat.eqb i j && (qpos a || negb only_positive) then Ok (pvar i) else fold_poly i k u
  | None => fold_poly i k u
  end.

Definition rule_fold (c : chart) (i k : N) (rs : list reference) : res poles :=
  do i <- number (dim c) i;
  check N.leb 2 k or "fold: the power is below 2";
  do w <- some (nth_error (coordinates c) i) "no coordinate";
  do fs <- each (fun f => do r <- fold_poly i k (relation f); Ok (Function r (between f)))
                (functions c);
  do zs <- each (fold_poly i k) (zeros c);
  do us <- each (fold_unit i k false) (units c);
  do ps <- each (fold_unit i k true) (positive c);
  do gs <- each (fold_poly i k) (generators c);
  do r <- only_child rs;
  poles_of r (Chart (replace i (Coordinate (half w || N.even k) (local w)
                                           (qsub (qdiv (tau w) (qn k)) 1)) (coordinates c))
                    fs zs us ps gs).

Definition children_of (r : rule) : list child :=
  match r with
  | Unit _ _ | Open | Newton _ _ _ | Order _ _ _ _ => []
  | Both l | Sum _ _ l | Factor _ l | BlowUp _ l | Split _ l | Cover _ _ l
  | Coordinate_ _ _ _ _ l | Ideal _ _ l | Definite _ l | Fold _ _ l => l
  end.

Definition apply_rule (c : chart) (r : rule) (rs : list reference) : res poles :=
  match r with
  | Unit g e => rule_unit c g e
  | Open => Ok (no_bound c, nothing)
  | Newton ws p ts => rule_newton c ws p ts
  | Order g ds ks e => rule_order c g ds ks e
  | Both _ => rule_both c rs
  | Sum parts p _ => rule_sum c parts p rs
  | Factor ks _ => rule_factor c ks rs
  | BlowUp ws _ => rule_blow_up c ws rs
  | Split p _ => rule_split c p rs
  | Cover ps e _ => rule_cover c ps e rs
  | Coordinate_ i p f e _ => rule_coordinate c i p f e rs
  | Ideal forward back _ => rule_ideal c forward back rs
  | Definite i _ => rule_definite c i rs
  | Fold i k _ => rule_fold c i k rs
  end.

Definition check_step (done : list proved) (s : step) : res proved :=
  do c <- read_chart (step_chart s);
  do rs <- each (refer done) (children_of (step_rule s));
  do lu <- apply_rule c (step_rule s) rs;
  Ok (Proved c lu).

(** A refusal tells the step, from 0. *)
Inductive outcome (A : Type) := Done (a : A) | Stopped (step : option nat) (reason : string).
Arguments Done {A}.
Arguments Stopped {A}.

Fixpoint check_steps (done : list proved) (l : list step) : outcome (list proved) :=
  match l with
  | [] => Done done
  | s :: l =>
      match check_step done s with
      | Ok p => check_steps (done ++ [p]) l
      | No reason => Stopped (Some (length done)) reason
      end
  end.

(** ** The question *)

Definition constants_box (c : chart) : list interval :=
  map (fun _ => (0%Q, 0%Q)) (coordinates c)
  ++ map (fun f => match between f with Some x => x | None => (0%Q, 0%Q) end) (functions c).

(** That the k-th constant is a number: the one root of its relation between its bounds. *)
Definition constant_is_number (c : chart) (k : nat) (f : func) (e : evidence) : res unit :=
  let place := dim c + k in
  let r := relation f in
  do ab <- some (between f) "constants: a constant is without bounds";
  let '(a, b) := ab in
  check qlt a b or "constants: the bounds are not in order";
  check only_in (marks (size c) (seq (dim c) (S k))) r
    or "constants: a relation involves something else";
  let slope := derivative place r in
  do _ <- no_common_zero c [slope] e;
  if only_in (marks (size c) [place]) r then
    check N.leb (pdegree place r) 100 or "too large";
    need (negb (pzero r) && Nat.eqb (count_roots (one_variable place r) (Some a) (Some b)) 1)
         "constants: not exactly one root between the bounds"
  else
    let box := constants_box c in
    let at_ x := ivalue (replace place (x, x) box) r in
    check opposite_signs (at_ a) (at_ b) or "constants: no change of sign between the bounds";
    need (without_zero (ivalue box slope)) "constants: the derivative may be 0".

(** p at w + point. *)
Definition shifted (point : list poly) (p : poly) : poly :=
  fold_left (fun p iv => if pzero (snd iv) then p else
               substitute (fst iv) (padd (pvar (fst iv)) (snd iv)) pone
                          (N.to_nat (pdegree (fst iv) p)) p)
            (combine (seq 0 (length point)) point) p.

(** The coefficient of a monomial in the variables, reduced by the relations, the last first. *)
Fixpoint reduce_by (fuel : nat) (place : nat) (r : poly) (c : poly) : res poly :=
  let m := pdegree place r in
  match pconstant (pcoefficient place m r) with
  | None => Ok c
  | Some l =>
      let n := pdegree place c in
      if N.eqb m 0 || pzero c || N.ltb n m then Ok c else
      match fuel with
      | O => No "too large"
      | S fuel =>
          let factor := pmul (pcoefficient place n c) [(mset place (N.sub n m) [], 1%Q)] in
          reduce_by fuel place r (padd c (pscale (qopp (Qred (Qinv l))) (pmul factor r)))
      end
  end.

Definition reduce_all (c : chart) (p : poly) : res poly :=
  fold_right (fun kf r => do p <- r; reduce_by 2000 (dim c + fst kf) (relation (snd kf)) p)
             (Ok p) (combine (seq 0 (length (functions c))) (functions c)).

(** The variables' part of a monomial, and the constants'. *)
Definition variables_part (d : nat) (m : mono) : mono := trim (firstn d m).
Definition constants_part (d : nat) (m : mono) : mono :=
  trim (map (fun _ => 0%N) (firstn d m) ++ skipn d m).

Fixpoint gather (l : list (mono * term)) (groups : list (mono * list poly))
  : list (mono * list poly) :=
  match l with
  | [] => groups
  | (a, t) :: l =>
      gather l (match groups with
                | (b, ts) :: rest_ =>
                    if meqb a b then (b, [t] :: ts) :: rest_ else (a, [[t]]) :: groups
                | [] => [(a, [[t]])]
                end)
  end.

(** The good exponents of p, and the others. The terms come sorted by the variables first, so that
    those of one monomial in the variables stand together. *)
Definition good_and_other (c : chart) (point : list poly) (p : poly) : res (list mono * list mono) :=
  let d := dim c in
  let ts := map (fun t => (variables_part d (fst t), (constants_part d (fst t), snd t)))
                (shifted point p) in
  let halves := map half (coordinates c) in
  let box := constants_box c in
  do l <- each (fun g => do q <- reduce_all c (psum (snd g)); Ok (fst g, q)) (gather ts []);
  let l := filter (fun g => negb (pzero (snd g))) l in
  let good g := odd_signed halves (fst g) && qpos (fst (ivalue box (snd g))) in
  Ok (map fst (filter good l), map fst (filter (fun g => negb (good g)) l)).

(** Whether p has a good term; refused unless it is plainly not negative. *)
Definition plainly_nonnegative (c : chart) (point : list poly) (p : poly) : res bool :=
  do go <- good_and_other c point p;
  let '(good, other) := go in
  check forallb (fun a => existsb (fun b => match mdiv a b with Some _ => true | None => false end)
                                  good) other
    or "the loss is not shown to be >= 0";
  Ok (negb (Nat.eqb (length good) 0)).

Definition loss_is_nonnegative (c : chart) (point : list poly) (q : question) (k : poly)
  : res unit :=
  match sum_of_squares q with
  | None => do _ <- plainly_nonnegative c point k; Ok tt
  | Some s =>
      let u := match multiplier s with Some u => pnorm u | None => pone end in
      do some_good <- plainly_nonnegative c point u;
      check some_good or "the multiplier has no good term";
      let ts := map (fun t => (pnorm (fst t), pnorm (snd t))) (terms s) in
      do _ <- each (fun t => plainly_nonnegative c point (fst t)) ts;
      need (peq (pmul u k) (psum (map (fun t => pmul (fst t) (pmul (snd t) (snd t))) ts)))
           "squares: the identity does not hold"
  end.

Definition default {A : Type} (n : nat) (x : A) (l : list A) : list A :=
  match l with [] => repeat x n | _ => l end.

Definition germ_coordinate (box : list interval) (nonnegative_ : list nat)
    (i : nat) (value : poly) (h : Q) : res coordinate :=
  check qlt (-1) h or "an amplitude is not above -1";
  let on_half := mem i nonnegative_ in
  check negb on_half || pzero value
        || match pconstant value with Some a => qpos a | None => false end
    or "the value of a non-negative variable is no rational >= 0";
  check qzero h || pzero value || without_zero (ivalue box value)
    or "a value of the point may be 0";
  Ok (if pzero value then Coordinate on_half true h else Coordinate false true 0).

(** The chart of the germ that the question asks about. *)
Definition germ (v : N) (q : question) : res chart :=
  check N.leb (dimension q) 256 && N.leb (N.of_nat (length (constants q))) 256 or "too large";
  let d := N.to_nat (dimension q) in
  let n := d + length (constants q) in
  check Nat.leb n 256 or "too large";
  check N.eqb v 2
        || match how_read q, sum_of_squares q with
           | ReadAbsolute, _ | _, Some _ => false
           | _, None => true
           end
    or "this belongs to version 2";
  check match how_read q, sum_of_squares q with
        | ReadLoss, _ | _, None => true
        | _, Some _ => false
        end
    or "squares are for losses";
  let point := map pnorm (default d [] (place q)) in
  let hs := default d 0%Q (amplitudes q) in
  check Nat.eqb (length point) d && Nat.eqb (length hs) d
    or "the point or the amplitude has another length";
  check forallb (only_in (marks n (seq d (length (constants q))))) point
    or "the point involves variables";
  do nonnegative_ <- each (number d) (nonnegative q);
  check distinct nonnegative_ or "a variable is non-negative twice";
  let gs := map pnorm (question_generators q) in
  check forallb (only_in (marks n (seq 0 d))) gs or "the generators involve constants";
  check match how_read q with ReadIdeal => true | _ => Nat.eqb (length gs) 1 end
    or "a loss has one generator";
  let fs := map (fun c => Function (pnorm (constant_relation c)) (constant_between c))
                (constants q) in
  let bounds := map (fun f => match between f with Some x => x | None => (0%Q, 0%Q) end) fs in
  let box := map (fun _ => (0%Q, 0%Q)) point ++ bounds in
  do ws <- each (fun x => let '(i, (value, h)) := x in
                          germ_coordinate box nonnegative_ i value h)
                (combine (seq 0 d) (combine point hs));
  let c := Chart ws fs [] [] [] (map (shifted point) gs) in
  do _ <- each (fun x => let '(k, (f, e)) := x in constant_is_number c k f e)
               (combine (seq 0 (length fs)) (combine fs (map constant_evidence (constants q))));
  do _ <- (match how_read q, gs with
           | ReadLoss, [k] => loss_is_nonnegative c point q k
           | ReadLoss, _ => No "a loss has one generator"
           | _, _ => Ok tt
           end);
  Ok c.

(** ** The certificate *)

Definition double (p : pole) : pole := (option_map (qmul 2) (fst p), snd p).

Definition all_used (l : list step) : bool :=
  let used := flat_map (fun s => map step_number (children_of (step_rule s))) l in
  forallb (fun k => existsb (N.eqb (N.of_nat k)) used) (seq 0 (pred (length l))).

Definition claimed (p : stated_pole) : pole := (Some (stated_lambda p), stated_multiplicity p).

Definition conclude (x : certificate) (root : chart) (done : list proved) : res poles :=
  check all_used (steps x) or "a step is not used";
  match rev done with
  | [] => No "there are no steps"
  | last_ :: _ =>
      do r <- refer [last_] (Child 0 [] [] []);
      do lu <- poles_of r root;
      let lu := match how_read (asked x) with
                | ReadIdeal => lu
                | _ => (double (fst lu), double (snd lu))
                end in
      check N.leb 1 (stated_multiplicity (claim_lower x))
            && pole_eq (claimed (claim_lower x)) (fst lu)
        or "the claim has another lower";
      check match claim_upper x with
            | Some p => N.leb 1 (stated_multiplicity p) && pole_eq (claimed p) (snd lu)
            | None => pole_eq nothing (snd lu)
            end
        or "the claim has another upper";
      check negb (is_worse (snd lu) (fst lu))
        or "the bounds contradict each other";
      Ok lu
  end.

Inductive verdict :=
| Exact (lambda : Q) (multiplicity : N)
| Bounds (lower upper : pole)
| Nothing
| Refused (step : option nat) (reason : string).

Definition verdict_of (lu : poles) : verdict :=
  let '(l, u) := lu in
  if pole_eq l u
  then match fst l with Some lambda => Exact lambda (snd l) | None => Bounds l u end
  else match fst l with
       | Some lambda => if qzero lambda && negb (finite u) then Nothing else Bounds l u
       | None => Bounds l u
       end.

(** What the certificate proves. *)
Definition checked (x : certificate) : outcome poles :=
  let stop {A : Type} (reason : string) : outcome A := Stopped None reason in
  if negb (N.eqb (version x) 1 || N.eqb (version x) 2) then stop "the version is unknown"%string
  else match germ (version x) (asked x) with
       | No reason => stop reason
       | Ok root =>
           match check_steps [] (steps x) with
           | Stopped s reason => Stopped s reason
           | Done done =>
               match conclude x root done with
               | Ok lu => Done lu
               | No reason => stop reason
               end
           end
       end.

Definition judge (x : certificate) : verdict :=
  match checked x with Done lu => verdict_of lu | Stopped s reason => Refused s reason end.

(** ** Counts, for people *)

Definition evidence_of (r : rule) : list evidence :=
  let o (e : option evidence) := match e with Some e => [e] | None => [] end in
  match r with
  | Unit _ e | Order _ _ _ e | Cover _ e _ => [e]
  | Newton _ _ ts => flat_map (fun t => o (term_evidence t)) ts
  | Coordinate_ _ _ _ e _ => o e
  | Ideal f b _ => flat_map (fun r => o (row_evidence r)) (f ++ b)
  | _ => []
  end.

Definition rows_of (r : rule) : list row := match r with Ideal f b _ => f ++ b | _ => [] end.

(** Steps, identities (rows of ideals, combinations of evidence, sums of squares), evidences. *)
Definition counts (x : certificate) : nat * nat * nat :=
  let rs := map step_rule (steps x) in
  let es := flat_map evidence_of rs ++ map constant_evidence (constants (asked x)) in
  (length rs,
   length (flat_map rows_of rs)
   + length (filter (fun e => match exponents e with [] => false | _ => true end) es)
   + match sum_of_squares (asked x) with Some _ => 1 | None => 0 end,
   length es).
