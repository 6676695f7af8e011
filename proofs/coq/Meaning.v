(** What the polynomials of Polynomial.v mean: their values at real points. The arithmetic is
    proved to be that of the real numbers. *)

From Coq Require Import Reals Qreals Lra Lia ZArith NArith QArith List Bool.
From RLCT Require Import Polynomial.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope nat_scope.
Local Open Scope R_scope.

(** ** Rational numbers *)

Lemma Q2R_int : forall a, Q2R (a # 1) = IZR a.
Proof. intro a. unfold Q2R; simpl. lra. Qed.

Lemma Q2R_red : forall x, Q2R (Qred x) = Q2R x.
Proof. intro x. apply Qeq_eqR, Qred_correct. Qed.

Lemma Q2R_qadd : forall x y, Q2R (qadd x y) = Q2R x + Q2R y.
Proof.
  intros [a b] [c d]. unfold qadd. destruct b, d; cbv beta iota delta [Qnum Qden]; try (rewrite Q2R_red, Q2R_plus; reflexivity).
  rewrite !Q2R_int, plus_IZR. reflexivity.
Qed.

Lemma Q2R_qmul : forall x y, Q2R (qmul x y) = Q2R x * Q2R y.
Proof.
  intros [a b] [c d]. unfold qmul. destruct b, d; cbv beta iota delta [Qnum Qden]; try (rewrite Q2R_red, Q2R_mult; reflexivity).
  rewrite !Q2R_int, mult_IZR. reflexivity.
Qed.

Lemma Q2R_0 : Q2R 0 = 0. Proof. unfold Q2R; simpl; lra. Qed.
Lemma Q2R_1 : Q2R 1 = 1. Proof. unfold Q2R; simpl; lra. Qed.

Lemma qzero_true : forall x, qzero x = true -> Q2R x = 0.
Proof. intros [[|p|p] d] H; try discriminate. unfold Q2R; simpl; lra. Qed.

Lemma inv_den_pos : forall d, 0 < / IZR (Zpos d).
Proof. intro d. apply Rinv_0_lt_compat, IZR_lt. reflexivity. Qed.

Lemma qpos_true : forall x, qpos x = true -> 0 < Q2R x.
Proof.
  intros [[|p|p] d] H; try discriminate. unfold Q2R; simpl.
  apply Rmult_lt_0_compat; [apply IZR_lt; reflexivity | apply inv_den_pos].
Qed.

Lemma qneg_true : forall x, qneg x = true -> Q2R x < 0.
Proof.
  intros [[|p|p] d] H; try discriminate. unfold Q2R; simpl.
  assert (IZR (Zneg p) < 0) by (apply IZR_lt; reflexivity).
  pose proof (inv_den_pos d). nra.
Qed.

Lemma qzero_false : forall x, qzero x = false -> Q2R x <> 0.
Proof.
  intros [[|p|p] d] H; try discriminate.
  - apply Rgt_not_eq, qpos_true; reflexivity.
  - apply Rlt_not_eq, qneg_true; reflexivity.
Qed.

Lemma qeq_true : forall x y, qeq x y = true -> Q2R x = Q2R y.
Proof. intros x y H. apply Qeq_eqR, Qeq_bool_iff, H. Qed.

(** ** Monomials *)

Definition env := nat -> R.

Fixpoint meval_from (i : nat) (v : env) (m : mono) : R :=
  match m with
  | [] => 1
  | e :: m => v i ^ N.to_nat e * meval_from (S i) v m
  end.

Definition meval (v : env) (m : mono) : R := meval_from 0 v m.
Definition teval (v : env) (t : term) : R := Q2R (snd t) * meval v (fst t).
Definition peval (v : env) (p : poly) : R := fold_right (fun t s => teval v t + s) 0 p.

Lemma meval_cons : forall v e m i,
  meval_from i v (cons_exponent e m) = v i ^ N.to_nat e * meval_from (S i) v m.
Proof. intros v [|e] [|x m] i; simpl; lra. Qed.

Lemma meval_trim : forall v m i, meval_from i v (trim m) = meval_from i v m.
Proof.
  intros v m. induction m as [|e m IH]; intro i; [reflexivity|].
  simpl. rewrite meval_cons, IH. reflexivity.
Qed.

Lemma meval_mmul : forall v a b i,
  meval_from i v (mmul a b) = meval_from i v a * meval_from i v b.
Proof.
  intros v a. induction a as [|x a IH]; intros [|y b] i; simpl; try lra.
  rewrite IH, N2Nat.inj_add, pow_add. ring.
Qed.

Lemma mcompare_eq : forall a b, mcompare a b = Eq -> a = b.
Proof.
  induction a as [|x a IH]; intros [|y b] H; simpl in H; try discriminate; [reflexivity|].
  destruct (N.compare x y) eqn:E; try discriminate.
  apply N.compare_eq in E. subst. f_equal. auto.
Qed.

Lemma meqb_eq : forall a b, meqb a b = true -> a = b.
Proof.
  induction a as [|x a IH]; intros [|y b] H; simpl in H; try discriminate; [reflexivity|].
  apply andb_prop in H as [H1 H2]. apply N.eqb_eq in H1. subst. f_equal. auto.
Qed.

(** A monomial with a variable that is 0 is 0. *)
Lemma touches_zero : forall v marked m i,
  (forall k, flag marked k = true -> v (i + k)%nat = 0) ->
  touches marked m = true -> meval_from i v m = 0.
Proof.
  intros v marked. induction marked as [|b marked IH]; intros [|e m] i Hz Ht;
    simpl in Ht; try discriminate.
  apply orb_prop in Ht as [H|H].
  - apply andb_prop in H as [Hb He]. subst b.
    assert (Hv : v i = 0) by (rewrite <- (Nat.add_0_r i); apply (Hz O); reflexivity).
    apply negb_true_iff, N.eqb_neq in He.
    simpl. rewrite Hv, pow_ne_zero; [ring|].
    intro E. apply He. apply N2Nat.inj. rewrite E. reflexivity.
  - simpl. rewrite (IH m (S i)); [ring| |exact H].
    intros k Hk. replace (S i + k)%nat with (i + S k)%nat by lia. apply (Hz (S k)). exact Hk.
Qed.

(** A monomial in variables that are not 0 is not 0. *)
Lemma within_nonzero : forall v m marked i,
  (forall k, flag marked k = true -> v (i + k)%nat <> 0) ->
  within marked m = true -> meval_from i v m <> 0.
Proof.
  intros v m. induction m as [|e m IH]; intros marked i Hn Hw; simpl in *; [lra|].
  destruct marked as [|b marked].
  - apply andb_prop in Hw as [He Hw]. apply N.eqb_eq in He. subst e. simpl.
    rewrite Rmult_1_l. apply (IH [] (S i)); [|exact Hw].
    intros [|k] Hk; discriminate.
  - apply andb_prop in Hw as [Hb Hw].
    apply Rmult_integral_contrapositive_currified.
    + apply orb_prop in Hb as [Hb|He].
      * subst b. apply pow_nonzero. rewrite <- (Nat.add_0_r i). apply (Hn O). reflexivity.
      * apply N.eqb_eq in He. subst e. simpl. lra.
    + apply (IH marked (S i)); [|exact Hw].
      intros k Hk. replace (S i + k)%nat with (i + S k)%nat by lia. apply (Hn (S k)). exact Hk.
Qed.

(** ** Sums and products *)

Lemma peval_cons : forall v t p, peval v (t :: p) = teval v t + peval v p.
Proof. reflexivity. Qed.

Lemma peval_padd : forall v p q, peval v (padd p q) = peval v p + peval v q.
Proof.
  intros v p. induction p as [|[m c] p IHp]; intro q.
  - simpl. lra.
  - induction q as [|[m' c'] q IHq].
    + simpl. lra.
    + simpl padd. destruct (mcompare m m') eqn:E.
      * apply mcompare_eq in E. subst m'. destruct (qzero (qadd c c')) eqn:Z.
        -- apply qzero_true in Z. rewrite Q2R_qadd in Z.
           rewrite IHp, !peval_cons. unfold teval; simpl.
           replace (Q2R c') with (- Q2R c) by lra. ring.
        -- rewrite !peval_cons, IHp. unfold teval; simpl. rewrite Q2R_qadd. ring.
      * rewrite !peval_cons. simpl padd in IHq. rewrite IHq, peval_cons. ring.
      * rewrite !peval_cons, IHp, peval_cons. ring.
Qed.

Definition total (l : list R) : R := fold_right Rplus 0 l.

Lemma peval_pairs : forall v n l, (length l <= n)%nat ->
  total (map (peval v) (add_pairs l)) = total (map (peval v) l).
Proof.
  intros v n. induction n as [|n IH]; intros l H.
  - destruct l; [reflexivity | simpl in H; lia].
  - destruct l as [|p [|q l]]; try reflexivity.
    simpl. rewrite peval_padd, IH; [lra | simpl in H; lia].
Qed.

Lemma peval_rounds : forall v n l,
  peval v (sum_rounds n l) = total (map (peval v) l).
Proof.
  intros v n. induction n as [|n IH]; intros [|p [|q l]]; simpl; try lra.
  - rewrite !peval_padd. induction l as [|x l IHl]; simpl; [lra|].
    rewrite peval_padd. lra.
  - change (sum_rounds n (padd p q :: add_pairs l)) with (sum_rounds n (add_pairs (p :: q :: l))).
    rewrite IH, (peval_pairs v (length (p :: q :: l))); [simpl; lra | lia].
Qed.

Lemma peval_psum : forall v l, peval v (psum l) = total (map (peval v) l).
Proof. intros. apply peval_rounds. Qed.

Lemma teval_mul : forall v t u,
  teval v (mmul (fst t) (fst u), qmul (snd t) (snd u)) = teval v t * teval v u.
Proof.
  intros. unfold teval, meval; simpl. rewrite Q2R_qmul, meval_mmul. ring.
Qed.

Lemma peval_pmul_term : forall v t q, peval v (pmul_term t q) = teval v t * peval v q.
Proof.
  intros v t q. induction q as [|u q IH]; [simpl; ring|].
  change (pmul_term t (u :: q))
    with ((mmul (fst t) (fst u), qmul (snd t) (snd u)) :: pmul_term t q).
  rewrite !peval_cons, IH, teval_mul. ring.
Qed.

Lemma peval_products : forall v p q,
  total (map (peval v) (map (fun t => pmul_term t q) p)) = peval v p * peval v q.
Proof.
  intros v p q. induction p as [|t p IH]; [simpl; ring|].
  cbn [map total fold_right]. fold (total (map (peval v) (map (fun t => pmul_term t q) p))).
  rewrite IH, peval_pmul_term, peval_cons. ring.
Qed.

Lemma peval_pmul : forall v p q, peval v (pmul p q) = peval v p * peval v q.
Proof.
  intros. unfold pmul. destruct (Nat.leb _ _); rewrite peval_psum, peval_products; ring.
Qed.

Lemma peval_pone : forall v, peval v pone = 1.
Proof. intro. unfold peval, teval, meval; simpl. rewrite Q2R_1. ring. Qed.

Lemma peval_ppow_pos : forall v p n, peval v (ppow_pos p n) = peval v p ^ Pos.to_nat n.
Proof.
  intros v p n. induction n as [n IH|n IH|]; simpl ppow_pos.
  - rewrite !peval_pmul, IH, Pos2Nat.inj_xI. simpl.
    replace (Pos.to_nat n + (Pos.to_nat n + 0))%nat
      with (Pos.to_nat n + Pos.to_nat n)%nat by lia.
    rewrite pow_add. reflexivity.
  - rewrite !peval_pmul, IH, Pos2Nat.inj_xO.
    replace (2 * Pos.to_nat n)%nat with (Pos.to_nat n + Pos.to_nat n)%nat by lia.
    rewrite pow_add. reflexivity.
  - simpl. ring.
Qed.

Lemma peval_ppow : forall v p n, peval v (ppow p n) = peval v p ^ N.to_nat n.
Proof. intros v p [|n]; simpl; [apply peval_pone | apply peval_ppow_pos]. Qed.

Lemma peval_pscale : forall v c p, peval v (pscale c p) = Q2R c * peval v p.
Proof.
  intros v c p. unfold pscale. destruct (qzero c) eqn:Z.
  - apply qzero_true in Z. rewrite Z. simpl. ring.
  - induction p as [|t p IH]; simpl; [ring|].
    rewrite IH. unfold teval; simpl. rewrite Q2R_qmul. ring.
Qed.

Lemma peval_pnorm : forall v p, peval v (pnorm p) = peval v p.
Proof.
  intros v p. unfold pnorm. rewrite peval_psum.
  induction p as [|[m c] p IH]; simpl; [reflexivity|].
  rewrite IH. destruct (qzero c) eqn:Z; simpl.
  - apply qzero_true in Z. unfold teval; simpl. rewrite Z. ring.
  - unfold teval, meval; simpl. rewrite Q2R_red, meval_trim. ring.
Qed.

Lemma peq_true : forall v p q, peq p q = true -> peval v p = peval v q.
Proof.
  intros v p. induction p as [|[m c] p IH]; intros [|[m' c'] q] H; simpl in H;
    try discriminate; [reflexivity|].
  apply andb_prop in H as [H1 H2]. apply andb_prop in H1 as [Hm Hc].
  apply meqb_eq in Hm. apply qeq_true in Hc. subst m'.
  rewrite !peval_cons, (IH q H2). unfold teval; simpl. rewrite Hc. reflexivity.
Qed.

Lemma peval_put_zero : forall v marked p,
  (forall k, flag marked k = true -> v k = 0) ->
  peval v (put_zero marked p) = peval v p.
Proof.
  intros v marked p Hz. induction p as [|[m c] p IH]; simpl; [reflexivity|].
  destruct (touches marked m) eqn:T; simpl.
  - rewrite IH. unfold teval, meval; simpl.
    rewrite (touches_zero v marked m 0); [ring| |exact T]. exact Hz.
  - rewrite IH. reflexivity.
Qed.

Lemma pconstant_value : forall v p a,
  pconstant p = Some a -> peval v p = Q2R a /\ Q2R a <> 0.
Proof.
  intros v [|[[|e m] c] [|t p]] a H; simpl in H; try discriminate.
  destruct (qzero c) eqn:Z; [discriminate|].
  injection H as H. subst. split; [|apply qzero_false, Z].
  unfold peval, teval, meval; simpl. ring.
Qed.

Lemma malone_value : forall v m i k,
  malone m = Some i -> meval_from k v m = v (k + i)%nat.
Proof.
  intros v m. induction m as [|e m IH]; intros i k H; simpl in H; [discriminate|].
  destruct e as [|[p|p|]]; try (destruct m; discriminate).
  - destruct (malone m) as [j|] eqn:E; [|discriminate].
    injection H as H. subst i. simpl. rewrite (IH j (S k) eq_refl).
    replace (S k + j)%nat with (k + S j)%nat by lia. ring.
  - destruct m; [|discriminate]. injection H as H. subst i.
    simpl. rewrite Nat.add_0_r. ring.
Qed.

Lemma alone_value : forall v p i c,
  alone p = Some (i, c) -> Q2R c <> 0 /\ peval v p = Q2R c * v i.
Proof.
  intros v [|[m a] [|t p]] i c H; simpl in H; try discriminate.
  destruct (qzero a) eqn:Z; [discriminate|].
  destruct (malone m) as [j|] eqn:E; [|discriminate].
  injection H as H1 H2. subst. split; [apply qzero_false, Z|].
  unfold peval, teval, meval; simpl. rewrite (malone_value v m i 0 E). simpl. ring.
Qed.

(** ** Polynomials in one variable *)

Definition uvalue (f : list Q) (x : R) : R := fold_right (fun c s => Q2R c + x * s) 0 f.

(** ∑ c_k x^k, the first k being [from]. *)
Fixpoint spelled (from : nat) (f : list Q) (x : R) : R :=
  match f with [] => 0 | c :: f => Q2R c * x ^ from + spelled (S from) f x end.

Lemma spelled_from : forall f k x, spelled k f x = x ^ k * uvalue f x.
Proof.
  induction f as [|c f IH]; intros k x; simpl; [ring|].
  rewrite IH. simpl. ring.
Qed.

Lemma spelled_zero : forall f x, spelled 0 f x = uvalue f x.
Proof. intros. rewrite spelled_from. simpl. ring. Qed.

Lemma spelled_one : forall p i x n from,
  spelled from (map (one_coefficient i p) (seq from n)) x
  = total (map (fun t => if andb (Nat.leb from (N.to_nat (mget i (fst t))))
                                 (Nat.ltb (N.to_nat (mget i (fst t))) (from + n))
                         then Q2R (snd t) * x ^ N.to_nat (mget i (fst t)) else 0) p).
Proof.
  intros p i x n. induction n as [|n IH]; intro from.
  - cbn [seq map spelled]. induction p as [|t p IHp]; [reflexivity|].
    cbn [map total fold_right]. unfold total in IHp. rewrite <- IHp.
    destruct (Nat.leb_spec from (N.to_nat (mget i (fst t)))) as [A|A]; cbn [andb]; [|ring].
    destruct (Nat.ltb_spec (N.to_nat (mget i (fst t))) (from + 0)) as [B|B]; [lia|ring].
  - cbn [seq map spelled]. rewrite IH. clear IH. induction p as [|t p IHp].
    + cbn. rewrite Q2R_0. ring.
    + cbn [map total fold_right one_coefficient]. unfold total in IHp. rewrite <- IHp. clear IHp.
      set (e := N.to_nat (mget i (fst t))). set (rest := fold_right Rplus 0 _).
      fold (one_coefficient i p from).
      destruct (Nat.eqb_spec e from) as [E|E].
      * rewrite Q2R_qadd.
        replace (Nat.leb (S from) e) with false by (symmetry; apply Nat.leb_gt; lia).
        replace (Nat.leb from e) with true by (symmetry; apply Nat.leb_le; lia).
        replace (Nat.ltb e (from + S n)) with true by (symmetry; apply Nat.ltb_lt; lia).
        cbn [andb]. rewrite E. ring.
      * replace (from + S n)%nat with (S from + n)%nat by lia.
        destruct (Nat.leb_spec (S from) e) as [A|A].
        -- replace (Nat.leb from e) with true by (symmetry; apply Nat.leb_le; lia).
           cbn [andb]. destruct (Nat.ltb e (S from + n)); ring.
        -- replace (Nat.leb from e) with false by (symmetry; apply Nat.leb_gt; lia).
           cbn [andb]. ring.
Qed.

Lemma degree_bound : forall i p t, In t p -> (mget i (fst t) <= pdegree i p)%N.
Proof.
  intros i p t. induction p as [|u p IH]; intro H; [destruct H|].
  simpl. destruct H as [H|H]; [subst; lia|]. specialize (IH H). lia.
Qed.

(** A monomial in the marked variables alone, of which one only is marked. *)
Lemma within_one : forall v m marked k i,
  (forall j, flag marked j = true -> j = i) -> within marked m = true ->
  meval_from k v m = v (k + i)%nat ^ N.to_nat (mget i m).
Proof.
  intros v m. induction m as [|e m IH]; intros marked k i Hm Hw.
  - destruct i; simpl; ring.
  - simpl in Hw. destruct i as [|i].
    + assert (Hrest : forall l j, within l m = true -> (forall n, flag l n = true -> False) ->
                      meval_from j v m = 1).
      { clear. induction m as [|e m IH]; intros l j Hl Hf; [reflexivity|].
        simpl in Hl. destruct l as [|b l].
        - apply andb_prop in Hl as [He Hl]. apply N.eqb_eq in He. subst e. simpl.
          rewrite (IH [] (S j) Hl); [ring|]. intros n Hn. destruct n; discriminate.
        - apply andb_prop in Hl as [Hb Hl]. destruct b.
          + exfalso. apply (Hf O). reflexivity.
          + simpl in Hb. apply N.eqb_eq in Hb. subst e. simpl.
            rewrite (IH l (S j) Hl); [ring|]. intros n Hn. apply (Hf (S n)). exact Hn. }
      rewrite Nat.add_0_r. destruct marked as [|b marked].
      * apply andb_prop in Hw as [He Hw]. cbn [meval_from]. unfold mget; cbn [nth].
        rewrite (Hrest [] (S k) Hw); [ring|]. intros n Hn. destruct n; discriminate.
      * apply andb_prop in Hw as [Hb Hw]. cbn [meval_from]. unfold mget; cbn [nth].
        rewrite (Hrest marked (S k) Hw); [ring|].
        intros n Hn. specialize (Hm (S n) Hn). discriminate.
    + destruct marked as [|b marked].
      * apply andb_prop in Hw as [He Hw]. apply N.eqb_eq in He. subst e. simpl.
        rewrite (IH [] (S k) i).
        -- replace (S k + i)%nat with (k + S i)%nat by lia. unfold mget; simpl. ring.
        -- intros j Hj. destruct j; discriminate.
        -- exact Hw.
      * apply andb_prop in Hw as [Hb Hw]. destruct b.
        -- specialize (Hm O eq_refl). discriminate.
        -- simpl in Hb. apply N.eqb_eq in Hb. subst e. simpl.
           rewrite (IH marked (S k) i).
           ++ replace (S k + i)%nat with (k + S i)%nat by lia. unfold mget; simpl. ring.
           ++ intros j Hj. specialize (Hm (S j) Hj). lia.
           ++ exact Hw.
Qed.

Lemma one_variable_value : forall v p marked i,
  (forall j, flag marked j = true -> j = i) -> only_in marked p = true ->
  uvalue (one_variable i p) (v i) = peval v p.
Proof.
  intros v p marked i Hm Ho. unfold one_variable.
  rewrite <- spelled_zero, spelled_one.
  assert (H : forall q, (forall t, In t q -> In t p) ->
    total (map (fun t => if andb (Nat.leb 0 (N.to_nat (mget i (fst t))))
             (Nat.ltb (N.to_nat (mget i (fst t))) (0 + S (N.to_nat (pdegree i p))))
             then Q2R (snd t) * v i ^ N.to_nat (mget i (fst t)) else 0) q) = peval v q).
  { induction q as [|t q IH]; intro Hq; [reflexivity|].
    cbn [map total fold_right]. rewrite peval_cons, <- IH by (intros; apply Hq; right; assumption).
    f_equal.
    assert (Hin : In t p) by (apply Hq; left; reflexivity).
    pose proof (degree_bound i p t Hin) as Hd.
    replace (Nat.ltb _ _) with true by (symmetry; apply Nat.ltb_lt; lia).
    cbn [Nat.leb andb]. unfold teval, meval.
    rewrite (within_one v (fst t) marked 0 i Hm); [reflexivity|].
    unfold only_in in Ho. rewrite forallb_forall in Ho. apply Ho, Hin. }
  apply H. auto.
Qed.
