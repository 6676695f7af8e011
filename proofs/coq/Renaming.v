(** Comparing a child with the derived chart: the centres have the same points.

    Proved: if the checker finds that the chart of a step is the derived chart with variables
    renamed and scaled, then every point of the derived centre is one of the child's centre; and if
    it finds the units the same on both sides, the converse holds as well. *)

From Coq Require Import Reals Qreals Lra Lia Bool FinFun.
From RLCT Require Import Checker Meaning Rules Centre.
Local Open Scope bool_scope.
Local Open Scope nat_scope.
Local Open Scope R_scope.

(** ** Renamed polynomials *)

Lemma Q2R_qpow_pos : forall x n, Q2R (qpow_pos x n) = Q2R x ^ Pos.to_nat n.
Proof.
  intros x n. induction n as [n IH|n IH|]; simpl qpow_pos.
  - rewrite !Q2R_qmul, IH, Pos2Nat.inj_xI. simpl.
    replace (Pos.to_nat n + (Pos.to_nat n + 0))%nat
      with (Pos.to_nat n + Pos.to_nat n)%nat by lia.
    rewrite pow_add. reflexivity.
  - rewrite !Q2R_qmul, IH, Pos2Nat.inj_xO.
    replace (2 * Pos.to_nat n)%nat with (Pos.to_nat n + Pos.to_nat n)%nat by lia.
    rewrite pow_add. reflexivity.
  - simpl. ring.
Qed.

Lemma Q2R_qpow : forall x n, Q2R (qpow x n) = Q2R x ^ N.to_nat n.
Proof. intros x [|n]; simpl; [apply Q2R_1 | apply Q2R_qpow_pos]. Qed.

Lemma meval_single : forall v j e k, meval_from k v (mset j e []) = v (k + j)%nat ^ N.to_nat e.
Proof.
  intros v j. induction j as [|j IH]; intros e k; cbn [mset]; rewrite meval_cons.
  - rewrite Nat.add_0_r. simpl. ring.
  - rewrite IH. replace (S k + j)%nat with (k + S j)%nat by lia. simpl. ring.
Qed.

Lemma rename_mono_value : forall (v v' : env) m places scale k a s,
  rename_mono places scale m = Some (a, s) ->
  (forall j i, nth_error places j = Some (Some i) ->
     v (k + j)%nat = Q2R (nth j scale 1%Q) * v' i) ->
  meval_from k v m = Q2R s * meval v' a.
Proof.
  intros v v' m. induction m as [|e m IH]; intros places scale k a s H Hp.
  - injection H as H1 H2. subst. unfold meval; simpl. rewrite Q2R_1. ring.
  - assert (Hp' : forall j i, nth_error (tl places) j = Some (Some i) ->
              v (S k + j)%nat = Q2R (nth j (tl scale) 1%Q) * v' i).
    { intros j i Hj. replace (S k + j)%nat with (k + S j)%nat by lia.
      destruct places as [|p places]; [destruct j; discriminate|].
      rewrite (Hp (S j) i Hj). destruct scale as [|x scale]; [|reflexivity].
      simpl. destruct j; reflexivity. }
    cbn [rename_mono] in H. destruct e as [|e].
    + simpl meval_from. rewrite (IH _ _ (S k) _ _ H Hp'). simpl. ring.
    + destruct places as [|[j|] places]; try discriminate.
      cbn [tl] in H, Hp'.
      destruct (rename_mono places (tl scale) m) as [[b t]|] eqn:E; [|discriminate].
      injection H as H1 H2. subst a s.
      cbn [meval_from]. rewrite (IH _ _ (S k) _ _ E Hp').
      unfold meval. rewrite meval_mmul, meval_single, Q2R_qmul. simpl plus.
      specialize (Hp O j eq_refl). rewrite Nat.add_0_r in Hp. rewrite Hp.
      destruct scale as [|x scale]; cbn [nth].
      * rewrite Q2R_1, Rmult_1_l. ring.
      * first [rewrite Q2R_qpow | rewrite Q2R_qpow_pos].
        rewrite Rpow_mult_distr. simpl N.to_nat. ring.
Qed.

Lemma rename_value : forall v v' places scale p q,
  (forall j i, nth_error places j = Some (Some i) -> v j = Q2R (nth j scale 1%Q) * v' i) ->
  rename places scale p = Some q -> peval v' q = peval v p.
Proof.
  intros v v' places scale p q Hp H. unfold rename in H.
  destruct (rename_terms places scale p) as [l|] eqn:E; [|discriminate].
  injection H as H. subst q. rewrite peval_psum.
  revert l E. induction p as [|[m c] p IH]; intros l E; simpl in E.
  - injection E as E. subst l. reflexivity.
  - destruct (rename_mono places scale m) as [[a s]|] eqn:M; [|discriminate].
    destruct (rename_terms places scale p) as [l'|] eqn:T; [|discriminate].
    injection E as E. subst l. cbn [map total fold_right].
    fold (total (map (peval v') l')). rewrite (IH l' eq_refl), (peval_cons v).
    assert (E1 : peval v' [(a, qmul c s)] = teval v (m, c)).
    { rewrite peval_cons. unfold teval. cbn [fst snd]. rewrite Q2R_qmul.
      unfold meval at 2. rewrite (rename_mono_value v v' m places scale 0 a s M Hp).
      simpl. ring. }
    rewrite E1. reflexivity.
Qed.

(** ** Multiples *)

Lemma normal_value : forall b p, exists k,
  k <> 0 /\ (b = true -> 0 < k) /\ forall v, peval v (normal b p) = k * peval v p.
Proof.
  intros b [|[m c] p].
  - exists 1. split; [lra|]. split; [lra|]. intro v. simpl. ring.
  - unfold normal. destruct (qzero c) eqn:Z.
    + exists 1. split; [lra|]. split; [lra|]. intro v. ring.
    + apply qzero_false in Z. set (d := if b then qabs c else c).
      assert (Hd : Q2R d <> 0 /\ (b = true -> 0 < Q2R d)).
      { unfold d, qabs. destruct b.
        - destruct (qneg c) eqn:S.
          + apply qneg_true in S. unfold qopp. rewrite Q2R_opp. split; [lra|]. intros _. lra.
          + assert (~ Q2R c < 0) by (rewrite <- qneg_iff, S; discriminate).
            split; [exact Z|]. intros _. lra.
        - split; [exact Z | discriminate]. }
      exists (/ Q2R d). split; [apply Rinv_neq_0_compat; tauto|].
      split; [intro; apply Rinv_0_lt_compat; tauto|].
      intro v. rewrite peval_pscale, Q2R_red, Q2R_inv; [reflexivity|].
      intro E. apply Qeq_eqR in E. rewrite Q2R_0 in E. tauto.
Qed.

Lemma normals_equal : forall b p q, peq (normal b p) (normal b q) = true ->
  exists k, k <> 0 /\ (b = true -> 0 < k) /\ forall v, peval v p = k * peval v q.
Proof.
  intros b p q H.
  destruct (normal_value b p) as [x [Hx [Hx' Ex]]].
  destruct (normal_value b q) as [y [Hy [Hy' Ey]]].
  exists (y / x). split; [apply Rmult_integral_contrapositive_currified;
                          [exact Hy | apply Rinv_neq_0_compat, Hx]|].
  split.
  - intro E. apply Rdiv_lt_0_compat; auto.
  - intro v. apply (peq_true v) in H. rewrite Ex, Ey in H.
    apply (Rmult_eq_reg_l x); [|exact Hx]. rewrite H. field. exact Hx.
Qed.

Lemma subset_in : forall a b p, subset a b = true -> In p a ->
  exists q, In q b /\ peq p q = true.
Proof.
  intros a b p H Hp. unfold subset in H. rewrite forallb_forall in H. specialize (H p Hp).
  apply existsb_exists in H. exact H.
Qed.

(** In the list of normal forms of a, without those that are 0, there is one of p. *)
Lemma nonzero_normal_in : forall a b p, subset (nonzero_normals a) (nonzero_normals b) = true ->
  In p a -> pzero p = true \/
  exists q k, In q b /\ k <> 0 /\ forall v, peval v p = k * peval v q.
Proof.
  intros a b p H Hp. destruct (pzero p) eqn:Z; [auto|]. right.
  destruct (subset_in _ _ (normal false p) H) as [n [Hn E]].
  - apply in_map, filter_In. rewrite Z. auto.
  - apply in_map_iff in Hn as [q [Eq Hq]]. subst n. apply filter_In in Hq as [Hq _].
    apply normals_equal in E as [k [Hk [_ Hv]]]. exists q, k. auto.
Qed.

Lemma pzero_value : forall v p, pzero p = true -> peval v p = 0.
Proof. intros v [|t p] H; [reflexivity | discriminate]. Qed.

(** … and of units: a unit that is left out is a constant other than 0, or a positive one. *)
Lemma compared_in : forall b a d p, subset (compared b a) (compared b d) = true -> In p a ->
  (exists x, x <> 0 /\ (b = true -> 0 < x) /\ forall v, peval v p = x) \/
  exists q k, In q d /\ k <> 0 /\ (b = true -> 0 < k) /\ forall v, peval v p = k * peval v q.
Proof.
  intros b a d p H Hp.
  set (kept := match pconstant p with Some x => b && negb (qpos x) | None => true end).
  destruct kept eqn:K.
  - right. destruct (subset_in _ _ (normal b p) H) as [n [Hn E]].
    + apply in_map, filter_In. split; [exact Hp | exact K].
    + apply in_map_iff in Hn as [q [Eq Hq]]. subst n. apply filter_In in Hq as [Hq _].
      apply normals_equal in E as [k [Hk [Hk' Hv]]]. exists q, k. auto.
  - left. unfold kept in K. destruct (pconstant p) as [x|] eqn:C; [|discriminate].
    exists (Q2R x). split; [apply (pconstant_value (fun _ => 0)) in C; tauto|]. split.
    + intro E. subst b. simpl in K. apply negb_false_iff in K. apply qpos_true, K.
    + intro v. apply (pconstant_value v) in C. tauto.
Qed.

(** ** Permutations *)

Lemma distinct_nodup : forall l, distinct l = true -> NoDup l.
Proof.
  induction l as [|i l IH]; intro H; [constructor|]. simpl in H.
  apply andb_prop in H as [H1 H2]. constructor; [|auto].
  intro Hin. apply negb_true_iff in H1. unfold mem in H1.
  assert (existsb (Nat.eqb i) l = true)
    by (apply existsb_exists; exists i; split; [exact Hin | apply Nat.eqb_refl]).
  congruence.
Qed.

Definition permutes (n : nat) (l : list nat) : Prop :=
  NoDup l /\ length l = n /\ forall x, In x l -> (x < n)%nat.

Lemma permutation_permutes : forall n l p, permutation n l = Ok p -> permutes n p.
Proof.
  intros n [|i l] p H; unfold permutation in H.
  - injection H as H. subst p. split; [apply seq_NoDup|]. split; [apply seq_length|].
    intros x Hx. apply in_seq in Hx. lia.
  - apply bind_ok in H as [q [Hq H]]. apply need_ok in H as [Hd H]. injection H as H. subst q.
    apply andb_prop in Hd as [Hl Hd]. apply Nat.eqb_eq in Hl.
    split; [apply distinct_nodup, Hd|]. split; [exact Hl|].
    apply each_ok in Hq. clear Hl Hd. intros x Hx.
    induction Hq as [|y z a b Hyz _ IH]; [destruct Hx|].
    destruct Hx as [E|Hx]; [subst z; exact (number_below _ _ _ Hyz) | exact (IH Hx)].
Qed.

Lemma permutes_all : forall n l j, permutes n l -> (j < n)%nat ->
  exists i, nth_error l i = Some j.
Proof.
  intros n l j [H1 [H2 H3]] Hj. apply In_nth_error.
  assert (I : incl (seq 0 n) l).
  { apply NoDup_length_incl; [exact H1 | rewrite seq_length; lia|].
    intros x Hx. apply in_seq. specialize (H3 x Hx). lia. }
  apply I, in_seq. lia.
Qed.

Lemma position_some : forall j l i, position j l = Some i -> nth_error l i = Some j.
Proof.
  intros j l. induction l as [|x l IH]; intros i H; simpl in H; [discriminate|].
  destruct (Nat.eqb_spec j x) as [E|E].
  - injection H as H. subst. reflexivity.
  - destruct (position j l) as [k|]; [|discriminate]. injection H as H. subst i. apply IH. reflexivity.
Qed.

Lemma position_app : forall j a b i, position j (a ++ b) = Some i ->
  match position j a with Some i' => i' = i | None => (length a <= i)%nat end.
Proof.
  intros j a b. induction a as [|x a IH]; intros i H; simpl in *; [lia|].
  destruct (Nat.eqb j x); [congruence|].
  destruct (position j (a ++ b)) as [k|]; [|discriminate].
  injection H as H. subst i. specialize (IH k eq_refl).
  destruct (position j a); simpl; [congruence | lia].
Qed.

(** ** A reference, and points of both charts that belong together *)

Definition well_formed (r : reference) : Prop :=
  permutes (dim (proved_chart (target r))) (from_coordinates r) /\
  permutes (length (functions (proved_chart (target r)))) (from_functions r) /\
  length (scale r) = dim (proved_chart (target r)) /\
  (forall i s w, nth_error (scale r) i = Some s ->
     nth_error (coordinates (proved_chart (target r))) i = Some w ->
     Q2R s <> 0 /\ (half w = true -> 0 < Q2R s)).

Lemma nth_error_combine : forall A B (a : list A) (b : list B) i x y,
  nth_error a i = Some x -> nth_error b i = Some y -> In (x, y) (combine a b).
Proof.
  intros A B a. induction a as [|z a IH]; intros [|u b] [|i] x y Ha Hb; simpl in *;
    try discriminate.
  - injection Ha as Ha. injection Hb as Hb. subst. auto.
  - right. eapply IH; eauto.
Qed.

Lemma refer_well_formed : forall done x r, refer done x = Ok r -> well_formed r.
Proof.
  intros done x r H. unfold refer in H. apply bind_ok in H as [t [_ H]].
  apply bind_ok in H as [cs [Hcs H]]. apply bind_ok in H as [fs [Hfs H]].
  apply need_ok in H as [Hl H]. apply need_ok in H as [Hs H]. injection H as H. subst r.
  split; [exact (permutation_permutes _ _ _ Hcs)|].
  split; [exact (permutation_permutes _ _ _ Hfs)|].
  split; [apply Nat.eqb_eq, Hl|].
  intros i s w Hi Hw. cbn [target scale] in *. rewrite forallb_forall in Hs.
  specialize (Hs _ (nth_error_combine _ _ _ _ _ _ _ Hi Hw)). simpl in Hs.
  apply orb_prop in Hs as [Hs|Hs].
  - apply qpos_true in Hs. split; [lra | auto].
  - apply andb_prop in Hs as [Hs Hh]. apply qneg_true in Hs. split; [lra|].
    intro E. rewrite E in Hh. discriminate.
Qed.

Section Renaming.
  Variables (r : reference) (d : chart).
  Let c := proved_chart (target r).
  Hypothesis W : well_formed r.

  Definition scale_at (i : nat) : R := Q2R (nth i (scale r) 1%Q).

  (** Variable number source_i of the derived chart is scale_i times variable i of the child. *)
  Variables v v' : env.
  Hypothesis M : matched r v v'.

  Lemma scale_nonzero : forall i, scale_at i <> 0.
  Proof.
    intro i. unfold scale_at. destruct W as [_ [_ [Hl Hs]]].
    destruct (nth_error (scale r) i) as [s|] eqn:E.
    - rewrite (nth_error_nth _ _ _ E).
      destruct (nth_error (coordinates (proved_chart (target r))) i) as [w|] eqn:E'.
      + apply (Hs i s w E E').
      + apply nth_error_None in E'. assert (nth_error (scale r) i <> None) by congruence.
        apply nth_error_Some in H. unfold dim in Hl. lia.
    - rewrite nth_overflow by (apply nth_error_None; exact E). rewrite Q2R_1. lra.
  Qed.

  Lemma source_coordinate : forall i j, nth_error (from_coordinates r) i = Some j ->
    v j = scale_at i * v' i.
  Proof.
    intros i j H. specialize (M i). unfold source in M.
    assert (L : (i < length (from_coordinates r))%nat) by (apply nth_error_Some; congruence).
    rewrite app_nth1, (nth_error_nth _ _ _ H) in M by exact L. exact M.
  Qed.

  Lemma source_function : forall i j, nth_error (from_functions r) i = Some j ->
    v (dim c + j)%nat = v' (dim c + i)%nat.
  Proof.
    intros i j H. specialize (M (dim c + i)%nat). unfold source in M. fold c in M.
    destruct W as [[_ [L1 _]] [_ [L2 _]]]. fold c in L1, L2.
    rewrite app_nth2 in M by lia. rewrite L1 in M.
    replace (dim c + i - dim c)%nat with i in M by lia.
    rewrite (nth_overflow (scale r)) in M by lia. rewrite Q2R_1, Rmult_1_l in M.
    erewrite nth_error_nth in M; [exact M|].
    rewrite nth_error_map, H. reflexivity.
  Qed.

  Let places := map (fun j => position j (source r)) (seq 0 (size c)).
  Let scales := map (fun j => match position j (from_coordinates r) with
                              | Some i => nth i (scale r) 1%Q
                              | None => 1%Q
                              end) (seq 0 (dim c)).

  Lemma places_scales : forall j i, nth_error places j = Some (Some i) ->
    v j = Q2R (nth j scales 1%Q) * v' i.
  Proof.
    intros j i H. unfold places in H. rewrite nth_error_map in H.
    destruct (nth_error (seq 0 (size c)) j) as [j'|] eqn:E; [|discriminate].
    assert (j' = j).
    { apply nth_error_nth with (d := O) in E as E'. rewrite seq_nth in E'; [lia|].
      rewrite <- (seq_length (size c) 0). apply nth_error_Some. congruence. }
    subst j'. simpl in H. injection H as H.
    assert (Hs : nth j scales 1%Q = nth i (scale r) 1%Q).
    { unfold source in H. pose proof (position_app _ _ _ _ H) as P.
      destruct W as [[_ [L1 L1']] [_ [L2 _]]]. fold c in L1, L1', L2.
      unfold scales.
      destruct (position j (from_coordinates r)) as [i'|] eqn:Q.
      - subst i'. assert (Hj : (j < dim c)%nat).
        { apply L1'. apply position_some in Q. exact (nth_error_In _ _ Q). }
        rewrite (nth_indep _ 1%Q ((fun j => match position j (from_coordinates r) with
                 | Some i => nth i (scale r) 1%Q | None => 1%Q end) O))
          by (rewrite map_length, seq_length; exact Hj).
        rewrite (map_nth (fun j => match position j (from_coordinates r) with
                 | Some i => nth i (scale r) 1%Q | None => 1%Q end)).
        rewrite seq_nth by exact Hj. simpl plus. rewrite Q. reflexivity.
      - rewrite L1 in P. rewrite (nth_overflow (scale r)) by lia.
        destruct (Nat.lt_ge_cases j (dim c)) as [L|L].
        + rewrite (nth_indep _ 1%Q ((fun j => match position j (from_coordinates r) with
                   | Some i => nth i (scale r) 1%Q | None => 1%Q end) O))
            by (rewrite map_length, seq_length; exact L).
          rewrite (map_nth (fun j => match position j (from_coordinates r) with
                   | Some i => nth i (scale r) 1%Q | None => 1%Q end)).
          rewrite seq_nth by exact L. simpl plus. rewrite Q. reflexivity.
        + apply nth_overflow. rewrite map_length, seq_length. exact L. }
    rewrite Hs. apply position_some in H. specialize (M i).
    rewrite (nth_error_nth _ _ _ H) in M. exact M.
  Qed.

  Definition moved_to (l l' : list poly) : Prop :=
    Forall2 (fun p q => rename places scales p = Some q) l l'.

  Lemma each_moved : forall l l' s,
    each (fun p => some (rename places scales p) s) l = Ok l' -> moved_to l l'.
  Proof.
    intros l l' s H. apply each_ok in H. induction H as [|p q l l' Hpq _ IH]; constructor; auto.
    unfold some in Hpq. destruct (rename places scales p); [congruence | discriminate].
  Qed.

  Lemma moved_value : forall p q, rename places scales p = Some q -> peval v' q = peval v p.
  Proof. intros p q H. exact (rename_value v v' places scales p q places_scales H). Qed.

  Lemma moved_back : forall l l' q, moved_to l l' -> In q l' ->
    exists p, In p l /\ peval v' q = peval v p.
  Proof.
    intros l l' q H Hq. induction H as [|p q' l l' Hpq _ IH]; [destruct Hq|].
    destruct Hq as [E|Hq].
    - subst q'. exists p. split; [left; reflexivity | exact (moved_value p q Hpq)].
    - destruct (IH Hq) as [p' [Hp E]]. exists p'. split; [right|]; assumption.
  Qed.

  Lemma moved_forth : forall l l' p, moved_to l l' -> In p l ->
    exists q, In q l' /\ peval v' q = peval v p.
  Proof.
    intros l l' p H Hp. induction H as [|p' q l l' Hpq _ IH]; [destruct Hp|].
    destruct Hp as [E|Hp].
    - subst p'. exists q. split; [left; reflexivity | exact (moved_value p q Hpq)].
    - destruct (IH Hp) as [q' [Hq E]]. exists q'. split; [right|]; assumption.
  Qed.

  Lemma moved_nth : forall l l' j q, moved_to l l' -> nth_error l' j = Some q ->
    exists p, nth_error l j = Some p /\ peval v' q = peval v p.
  Proof.
    intros l l' j q H. revert j. induction H as [|p q' l l' Hpq _ IH]; intros [|j] Hj;
      try discriminate.
    - injection Hj as Hj. subst q'. exists p. split; [reflexivity | exact (moved_value p q Hpq)].
    - exact (IH j Hj).
  Qed.

  (** What is 0 on the child's centre, from its coordinates and zeros alone. *)
  Lemma vanishing_weak : forall (x : chart) (u : env),
    (forall i w, nth_error (coordinates x) i = Some w -> local w = true -> u i = 0) ->
    (forall z, In z (zeros x) -> peval u z = 0) ->
    forall p, peval u (restrict x p) = peval u p.
  Proof.
    intros x u Hc Hz p. apply peval_put_zero. intros i H.
    apply flag_map in H as [_ H]. apply orb_prop in H as [H|H].
    - apply flag_map_coordinates in H as [w [Hw Hl]]. eapply Hc; eauto.
    - apply mem_in, names_alone in H as [z [a [Hin [Ha _]]]]. specialize (Hz z Hin).
      apply (alone_value u) in Ha as [Hne Hv]. rewrite Hv in Hz.
      apply Rmult_integral in Hz as [|]; [contradiction | assumption].
  Qed.

  Lemma locals_put_zero : forall (x : chart) (u : env),
    (forall i w, nth_error (coordinates x) i = Some w -> local w = true -> u i = 0) ->
    forall p, peval u (put_zero (locals x) p) = peval u p.
  Proof.
    intros x u Hc p. apply peval_put_zero. intros i H.
    apply flag_map_coordinates in H as [w [Hw Hl]]. eapply Hc; eauto.
  Qed.

  Variable lu : poles.
  Hypothesis H : poles_of r d = Ok lu.

  Lemma nth_error_same : forall A B (a : list A) (b : list B) i x,
    length a = length b -> nth_error a i = Some x -> exists y, nth_error b i = Some y.
  Proof.
    intros A B a b i x L E. destruct (nth_error b i) as [y|] eqn:N; [eauto|].
    apply nth_error_None in N. assert (nth_error a i <> None) by congruence.
    apply nth_error_Some in H0. lia.
  Qed.

  Theorem centres_match :
    fst lu = fst (proved_poles (target r)) /\
    (snd lu = snd (proved_poles (target r)) \/ snd lu = nothing) /\
    (on_centre d v -> on_centre c v') /\
    (snd lu <> nothing -> on_centre c v' -> on_centre d v).
  Proof.
    pose proof H as G. unfold poles_of in G. fold c in G.
    apply need_ok in G as [Hdim G]. apply andb_prop in Hdim as [Hd Hf].
    apply Nat.eqb_eq in Hd. apply Nat.eqb_eq in Hf.
    cbv zeta in G. fold places scales in G.
    apply need_ok in G as [Hcoord G].
    apply bind_ok in G as [rs [Hrs G]]. apply need_ok in G as [Hfun G].
    apply bind_ok in G as [gs [_ G]]. apply need_ok in G as [_ G].
    apply bind_ok in G as [zs [Hzs G]]. apply need_ok in G as [Hzeros G].
    apply bind_ok in G as [us [Hus G]]. apply bind_ok in G as [ps [Hps G]].
    apply need_ok in G as [Hsub G]. injection G as G. subst lu. cbn [fst snd].
    apply each_moved in Hrs. apply each_moved in Hzs. apply each_moved in Hus.
    apply each_moved in Hps.
    rewrite forallb_forall in Hcoord. rewrite forallb_forall in Hfun.
    apply andb_prop in Hzeros as [Hz1 Hz2]. apply andb_prop in Hsub as [Hu1 Hp1].
    pose proof W as [[N1 [L1 B1]] [[N2 [L2 B2]] [L3 Hscale]]]. fold c in L1, B1, L2, B2, L3, Hscale.
    (* a coordinate of the child and its place in the derived chart *)
    assert (C1 : forall i w, nth_error (coordinates c) i = Some w ->
              exists j w2, nth_error (from_coordinates r) i = Some j /\
                           nth_error (coordinates d) j = Some w2 /\
                           half w = half w2 /\ local w = local w2).
    { intros i w Hi. destruct (nth_error_same _ _ (coordinates c) (from_coordinates r) i w) as [j Hj];
        [unfold dim in L1; lia | exact Hi|].
      specialize (Hcoord _ (nth_error_combine _ _ _ _ _ _ _ Hi Hj)). simpl in Hcoord.
      destruct (nth_error (coordinates d) j) as [w2|] eqn:E; [|discriminate].
      unfold domain_eq in Hcoord. apply andb_prop in Hcoord as [Hc _].
      apply andb_prop in Hc as [Hc1 Hc2].
      apply eqb_prop in Hc1. apply eqb_prop in Hc2. exists j, w2. auto. }
    assert (F1 : forall i f, nth_error (functions c) i = Some f ->
              exists j f2 q, nth_error (from_functions r) i = Some j /\
                nth_error (functions d) j = Some f2 /\ nth_error rs j = Some q /\
                between_eq (between f) (between f2) = true /\
                same_up_to_factor (relation f) q = true).
    { intros i f Hi. destruct (nth_error_same _ _ (functions c) (from_functions r) i f) as [j Hj];
        [lia | exact Hi|].
      specialize (Hfun _ (nth_error_combine _ _ _ _ _ _ _ Hi Hj)). simpl in Hfun.
      destruct (nth_error (functions d) j) as [f2|] eqn:E; [|discriminate].
      destruct (nth_error rs j) as [q|] eqn:E'; [|discriminate].
      apply andb_prop in Hfun as [Hb Hs]. exists j, f2, q. auto. }
    assert (Bt : forall x y a b, between_eq x y = true -> x = Some (a, b) ->
              exists a' b', y = Some (a', b') /\ Q2R a = Q2R a' /\ Q2R b = Q2R b').
    { intros x [[a' b']|] a b E Ex; subst x; [|discriminate]. simpl in E.
      apply andb_prop in E as [E1 E2]. exists a', b'. split; [reflexivity|].
      split; apply qeq_true; assumption. }
    assert (Bt' : forall x y a b, between_eq x y = true -> y = Some (a, b) ->
              exists a' b', x = Some (a', b') /\ Q2R a' = Q2R a /\ Q2R b' = Q2R b).
    { intros [[a' b']|] y a b E Ey; subst y; [|discriminate]. simpl in E.
      apply andb_prop in E as [E1 E2]. exists a', b'. split; [reflexivity|].
      split; apply qeq_true; assumption. }
    split; [reflexivity|]. split.
    { destruct (subset _ _ && subset _ _); auto. }
    split.
    - (* from the derived chart to the child *)
      intros [Dr [Dc [Dz [Du [Dp Db]]]]].
      assert (Lc : forall i w, nth_error (coordinates c) i = Some w -> local w = true -> v' i = 0).
      { intros i w Hi Hl. destruct (C1 i w Hi) as [j [w2 [Hj [Hw2 [_ El]]]]].
        pose proof (source_coordinate i j Hj) as E.
        rewrite (proj1 (Dc j w2 Hw2)) in E by congruence.
        symmetry in E. apply Rmult_integral in E as [E|E]; [|exact E].
        exfalso. exact (scale_nonzero i E). }
      assert (Zc : forall z, In z (zeros c) -> peval v' z = 0).
      { intros z Hz. rewrite <- (locals_put_zero c v' Lc).
        destruct (nonzero_normal_in _ _ (put_zero (locals c) z) Hz1) as [Z|[q [k [Hq [_ E]]]]].
        - apply in_map, Hz.
        - apply pzero_value, Z.
        - rewrite E. apply in_map_iff in Hq as [q0 [Eq Hq]]. subst q.
          rewrite (locals_put_zero c v' Lc).
          destruct (moved_back _ _ q0 Hzs Hq) as [z0 [Hz0 E0]]. rewrite E0, (Dz z0 Hz0). ring. }
      assert (Rv : forall p, peval v' (restrict c p) = peval v' p)
        by (apply vanishing_weak; assumption).
      split; [|split; [|split; [exact Zc|split; [|split]]]].
      + intros q Hq. apply in_map_iff in Hq as [f [Eq Hf']]. subst q.
        apply In_nth_error in Hf' as [i Hi].
        destruct (F1 i f Hi) as [j [f2 [q [_ [_ [Hq [_ Hs]]]]]]].
        apply normals_equal in Hs as [k [_ [_ E]]]. rewrite E.
        destruct (moved_nth _ _ j q Hrs Hq) as [p [Hp E']]. rewrite E', Dr; [ring|].
        exact (nth_error_In _ _ Hp).
      + intros i w Hi. split; [exact (Lc i w Hi)|]. intro Hh.
        destruct (C1 i w Hi) as [j [w2 [Hj [Hw2 [Eh _]]]]].
        pose proof (source_coordinate i j Hj) as E.
        pose proof (proj2 (Dc j w2 Hw2)) as Hv. rewrite <- Eh in Hv. specialize (Hv Hh).
        destruct (nth_error_same _ _ (coordinates c) (scale r) i w) as [s Hs];
          [unfold dim in L3; lia | exact Hi|].
        destruct (Hscale i s w Hs Hi) as [_ Hpos]. specialize (Hpos Hh).
        unfold scale_at in E. rewrite (nth_error_nth _ _ _ Hs) in E. rewrite E in Hv.
        destruct (Rle_dec 0 (v' i)) as [L|L]; [exact L|]. exfalso. nra.
      + intros u Hu. rewrite <- Rv.
        destruct (compared_in false _ _ (restrict c u) Hu1)
          as [[x [Hx [_ E]]]|[q [k [Hq [Hk [_ E]]]]]].
        * apply in_map, Hu.
        * rewrite E. exact Hx.
        * rewrite E. apply in_map_iff in Hq as [q0 [Eq Hq]]. subst q. rewrite Rv.
          destruct (moved_back _ _ q0 Hus Hq) as [u0 [Hu0 E0]]. rewrite E0.
          apply Rmult_integral_contrapositive_currified; [exact Hk | exact (Du u0 Hu0)].
      + intros u Hu. rewrite <- Rv.
        destruct (compared_in true _ _ (restrict c u) Hp1)
          as [[x [Hx [Hx' E]]]|[q [k [Hq [Hk [Hk' E]]]]]].
        * apply in_map, Hu.
        * rewrite E. auto.
        * rewrite E. apply in_map_iff in Hq as [q0 [Eq Hq]]. subst q. rewrite Rv.
          destruct (moved_back _ _ q0 Hps Hq) as [u0 [Hu0 E0]]. rewrite E0.
          apply Rmult_lt_0_compat; [auto | exact (Dp u0 Hu0)].
      + intros i f a b Hi Hb. destruct (F1 i f Hi) as [j [f2 [q [Hj [Hf2 [_ [Hbt _]]]]]]].
        destruct (Bt _ _ a b Hbt Hb) as [a' [b' [E [Ea Eb]]]].
        specialize (Db j f2 a' b' Hf2 E). rewrite <- Hd in Db.
        rewrite (source_function i j Hj) in Db. lra.
    - (* and back, where the units are the same *)
      intros Hne. destruct (subset _ _ && subset _ _) eqn:Eq; [|congruence].
      apply andb_prop in Eq as [Hu2 Hp2].
      intros [Cr [Cc [Cz [Cu [Cp Cb]]]]].
      assert (Lc : forall i w, nth_error (coordinates c) i = Some w -> local w = true -> v' i = 0)
        by (intros i w Hi; apply (proj1 (Cc i w Hi))).
      assert (Rv : forall p, peval v' (restrict c p) = peval v' p)
        by (apply vanishing_weak; assumption).
      split; [|split; [|split; [|split; [|split]]]].
      + intros p Hp. destruct (moved_forth _ _ p Hrs Hp) as [q [_ E]].
        apply In_nth_error in Hp as [j Hj].
        assert (Lj : (j < length (functions c))%nat).
        { rewrite Hf. unfold relations in Hj. rewrite nth_error_map in Hj.
          apply nth_error_Some. destruct (nth_error (functions d) j); discriminate. }
        destruct (permutes_all _ _ j (conj N2 (conj L2 B2)) Lj) as [i Hi].
        destruct (nth_error_same _ _ (from_functions r) (functions c) i j) as [f Hf'];
          [lia | exact Hi|].
        destruct (F1 i f Hf') as [j' [f2 [q' [Hj' [_ [Hq' [_ Hs]]]]]]].
        assert (j' = j) by congruence. subst j'.
        destruct (moved_nth _ _ j q' Hrs Hq') as [p' [Hp' E']].
        assert (p' = p) by congruence. subst p'. rewrite <- E'.
        apply normals_equal in Hs as [k [Hk [_ Ek]]].
        assert (Z : peval v' (relation f) = 0).
        { apply Cr. apply in_map_iff. exists f. split; [reflexivity|].
          exact (nth_error_In _ _ Hf'). }
        rewrite Ek in Z. apply Rmult_integral in Z as [Z|Z]; [contradiction | exact Z].
      + intros j w2 Hj.
        assert (Lj : (j < dim c)%nat).
        { rewrite Hd. apply nth_error_Some. congruence. }
        destruct (permutes_all _ _ j (conj N1 (conj L1 B1)) Lj) as [i Hi].
        destruct (nth_error_same _ _ (from_coordinates r) (coordinates c) i j) as [w Hw];
          [unfold dim in L1; lia | exact Hi|].
        destruct (C1 i w Hw) as [j' [w2' [Hj' [Hw2 [Eh El]]]]].
        assert (j' = j) by congruence. subst j'. assert (w2' = w2) by congruence. subst w2'.
        rewrite (source_coordinate i j Hi). destruct (Cc i w Hw) as [Hl Hh]. split.
        * intro E. rewrite Hl by congruence. ring.
        * intro E. rewrite E in Eh. specialize (Hh Eh).
          destruct (nth_error_same _ _ (coordinates c) (scale r) i w) as [s Hs];
            [unfold dim in L3; lia | exact Hw|].
          destruct (Hscale i s w Hs Hw) as [_ Hpos]. specialize (Hpos Eh).
          unfold scale_at. rewrite (nth_error_nth _ _ _ Hs).
          apply Rmult_le_pos; [lra | exact Hh].
      + intros z Hz. destruct (moved_forth _ _ z Hzs Hz) as [q [Hq E]]. rewrite <- E.
        rewrite <- (locals_put_zero c v' Lc).
        destruct (nonzero_normal_in _ _ (put_zero (locals c) q) Hz2) as [Z|[q' [k [Hq' [_ E']]]]].
        * apply in_map, Hq.
        * apply pzero_value, Z.
        * rewrite E'. apply in_map_iff in Hq' as [z' [Ez Hz']]. subst q'.
          rewrite (locals_put_zero c v' Lc), (Cz z' Hz'). ring.
      + intros u Hu. destruct (moved_forth _ _ u Hus Hu) as [q [Hq E]]. rewrite <- E, <- Rv.
        destruct (compared_in false _ _ (restrict c q) Hu2)
          as [[x [Hx [_ E']]]|[q' [k [Hq' [Hk [_ E']]]]]].
        * apply in_map, Hq.
        * rewrite E'. exact Hx.
        * rewrite E'. apply in_map_iff in Hq' as [u' [Eu Hu']]. subst q'. rewrite Rv.
          apply Rmult_integral_contrapositive_currified; [exact Hk | exact (Cu u' Hu')].
      + intros u Hu. destruct (moved_forth _ _ u Hps Hu) as [q [Hq E]]. rewrite <- E, <- Rv.
        destruct (compared_in true _ _ (restrict c q) Hp2)
          as [[x [Hx [Hx' E']]]|[q' [k [Hq' [Hk [Hk' E']]]]]].
        * apply in_map, Hq.
        * rewrite E'. auto.
        * rewrite E'. apply in_map_iff in Hq' as [u' [Eu Hu']]. subst q'. rewrite Rv.
          apply Rmult_lt_0_compat; [auto | exact (Cp u' Hu')].
      + intros j f2 a b Hj Hb.
        assert (Lj : (j < length (functions c))%nat)
          by (rewrite Hf; apply nth_error_Some; congruence).
        destruct (permutes_all _ _ j (conj N2 (conj L2 B2)) Lj) as [i Hi].
        destruct (nth_error_same _ _ (from_functions r) (functions c) i j) as [f Hf'];
          [lia | exact Hi|].
        destruct (F1 i f Hf') as [j' [f2' [q [Hj' [Hf2 [_ [Hbt _]]]]]]].
        assert (j' = j) by congruence. subst j'. assert (f2' = f2) by congruence. subst f2'.
        destruct (Bt' _ _ a b Hbt Hb) as [a' [b' [E [Ea Eb]]]].
        specialize (Cb i f a' b' Hf' E). rewrite <- Hd.
        rewrite (source_function i j Hi). lra.
  Qed.
End Renaming.

(** ** Points to every point *)

Definition carried (r : reference) (v : env) : env :=
  fun i => v (nth i (source r) i) / Q2R (nth i (scale r) 1%Q).

Definition brought (r : reference) (v' : env) : env :=
  fun j => match position j (source r) with
           | Some i => Q2R (nth i (scale r) 1%Q) * v' i
           | None => v' j
           end.

Lemma carried_matched : forall r v, well_formed r -> matched r v (carried r v).
Proof.
  intros r v W i. unfold carried. field. exact (scale_nonzero r W i).
Qed.

Lemma source_length : forall r, well_formed r ->
  length (source r) = size (proved_chart (target r)).
Proof.
  intros r [[_ [L1 _]] [[_ [L2 _]] _]]. unfold source, size.
  rewrite app_length, map_length, L1, L2. reflexivity.
Qed.

Lemma source_nodup : forall r, well_formed r -> NoDup (source r).
Proof.
  intros r [[N1 [L1 B1]] [[N2 [L2 B2]] _]]. unfold source.
  set (d := dim (proved_chart (target r))) in *.
  assert (N3 : NoDup (map (fun f => (d + f)%nat) (from_functions r))).
  { apply Injective_map_NoDup; [|exact N2]. intros x y E. lia. }
  revert N1 B1. generalize (from_coordinates r). intro l. induction l as [|x l IH]; intros N1 B1;
    [exact N3|].
  simpl. inversion N1; subst. constructor.
  - intro Hin. apply in_app_or in Hin as [Hin|Hin]; [contradiction|].
    apply in_map_iff in Hin as [f [E _]]. specialize (B1 x (or_introl eq_refl)). lia.
  - apply IH; [assumption|]. intros y Hy. apply B1. right. exact Hy.
Qed.

Lemma source_below : forall r j, well_formed r -> In j (source r) ->
  (j < size (proved_chart (target r)))%nat.
Proof.
  intros r j [[_ [_ B1]] [[_ [_ B2]] _]] H. unfold source in H. unfold size.
  apply in_app_or in H as [H|H].
  - specialize (B1 j H). lia.
  - apply in_map_iff in H as [f [E Hf]]. specialize (B2 f Hf). lia.
Qed.

Lemma position_nodup : forall l i j, NoDup l -> nth_error l i = Some j -> position j l = Some i.
Proof.
  induction l as [|x l IH]; intros [|i] j N H; simpl in H; try discriminate.
  - injection H as H. subst x. simpl. rewrite Nat.eqb_refl. reflexivity.
  - inversion N; subst. simpl. destruct (Nat.eqb_spec j x) as [E|E].
    + subst x. exfalso. apply H2. exact (nth_error_In _ _ H).
    + rewrite (IH i j H3 H). reflexivity.
Qed.

Lemma brought_matched : forall r v', well_formed r -> matched r (brought r v') v'.
Proof.
  intros r v' W i. unfold brought.
  destruct (nth_error (source r) i) as [j|] eqn:E.
  - rewrite (nth_error_nth _ _ _ E), (position_nodup _ _ _ (source_nodup r W) E). reflexivity.
  - apply nth_error_None in E. rewrite nth_overflow by exact E.
    rewrite (nth_overflow (scale r)).
    + rewrite Q2R_1, Rmult_1_l. destruct (position i (source r)) as [k|] eqn:P; [|reflexivity].
      apply position_some, nth_error_In in P. apply (source_below r i W) in P.
      rewrite source_length in E by exact W. lia.
    + pose proof W as [_ [_ [L _]]]. rewrite L. rewrite source_length in E by exact W.
      unfold size in E. lia.
Qed.
