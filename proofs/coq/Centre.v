(** What is used everywhere: refusals, the order of poles, and what the lists of a chart say of
    single variables on the centre. *)

From Coq Require Import Reals Qreals Lra Lia Bool.
From RLCT Require Import Checker Meaning Rules.
Local Open Scope bool_scope.
Local Open Scope nat_scope.
Local Open Scope R_scope.

(** ** Refusals: what is not refused holds *)

Lemma bind_ok : forall A B (r : res A) (f : A -> res B) b,
  bind r f = Ok b -> exists a, r = Ok a /\ f a = Ok b.
Proof. intros A B [a|s] f b H; simpl in H; [eauto | discriminate]. Qed.

Lemma need_ok : forall A b s (f : unit -> res A) a,
  bind (need b s) f = Ok a -> b = true /\ f tt = Ok a.
Proof. intros A [|] s f a H; simpl in H; [auto | discriminate]. Qed.

Lemma need_only : forall b s, need b s = Ok tt -> b = true.
Proof. intros [|] s H; [reflexivity | discriminate]. Qed.

Ltac step H :=
  match type of H with
  | bind (need _ _) _ = Ok _ =>
      let h := fresh "Hyes" in apply need_ok in H as [h H]
  | bind _ _ = Ok _ =>
      let x := fresh "x" in let h := fresh "Hx" in apply bind_ok in H as [x [h H]]
  end.

Lemma each_ok : forall A B (f : A -> res B) l ys,
  each f l = Ok ys -> Forall2 (fun x y => f x = Ok y) l ys.
Proof.
  intros A B f l. induction l as [|x l IH]; intros ys H; simpl in H.
  - injection H as H. subst. constructor.
  - step H. step H. injection H as H. subst. constructor; auto.
Qed.

Lemma entry_in : forall A (l : list A) i a, entry l i = Ok a -> In a l.
Proof.
  intros A l i a H. unfold entry in H. step H.
  destruct (nth_error l x) eqn:E; simpl in H; [|discriminate].
  injection H as H. subst. eapply nth_error_In; eauto.
Qed.

Lemma number_below : forall n i k, number n i = Ok k -> (k < n)%nat.
Proof.
  intros n i k H. unfold number in H. step H. injection H as H. subst k.
  apply N.ltb_lt in Hyes. lia.
Qed.

(** ** The order of poles *)

Lemma qneg_iff : forall x, qneg x = true <-> Q2R x < 0.
Proof.
  intro x. split; [apply qneg_true|].
  destruct x as [[|p|p] d]; intro H; try reflexivity; exfalso.
  - unfold Q2R in H; simpl in H. lra.
  - pose proof (qpos_true (Zpos p # d) eq_refl). lra.
Qed.

Lemma qlt_iff : forall x y, qlt x y = true <-> Q2R x < Q2R y.
Proof.
  intros. unfold qlt. rewrite qneg_iff, Q2R_minus. split; intro; lra.
Qed.

Lemma qeq_iff : forall x y, qeq x y = true <-> Q2R x = Q2R y.
Proof.
  intros x y. split; [apply qeq_true|]. intro H. apply Qeq_bool_iff, eqR_Qeq, H.
Qed.

Lemma is_worse_below : forall p q, is_worse q p = false -> below p q.
Proof.
  intros [[x|] m] [[y|] n] H; unfold is_worse, below in *; simpl in *; auto.
  - apply orb_false_iff in H as [H1 H2].
    assert (~ Q2R y < Q2R x) by (rewrite <- qlt_iff, H1; discriminate).
    destruct (Rlt_dec (Q2R x) (Q2R y)) as [|Hn]; [auto|]. right.
    assert (E : Q2R y = Q2R x) by lra. split; [lra|].
    apply qeq_iff in E. rewrite E in H2. simpl in H2. apply N.ltb_ge in H2. exact H2.
  - discriminate.
  - apply N.ltb_ge. exact H.
Qed.

Lemma is_worse_above : forall p q, is_worse q p = true -> below q p.
Proof.
  intros [[x|] m] [[y|] n] H; unfold is_worse, below in *; simpl in *; auto.
  - apply orb_prop in H as [H|H].
    + left. apply qlt_iff, H.
    + apply andb_prop in H as [H1 H2]. right. split; [apply qeq_iff, H1|].
      apply N.ltb_lt in H2. lia.
  - discriminate.
  - apply N.ltb_lt in H. lia.
Qed.

Lemma below_refl : forall p, below p p.
Proof. intros [[x|] m]; unfold below; simpl; [right; split; [reflexivity|lia] | lia]. Qed.

Lemma below_trans : forall p q r, below p q -> below q r -> below p r.
Proof.
  intros [[x|] m] [[y|] n] [[z|] o]; unfold below; simpl; intros; try tauto; try lia.
  intuition; try (left; lra). right. split; [lra | lia].
Qed.

Lemma worse_below : forall p q, below (worse p q) p /\ below (worse p q) q.
Proof.
  intros p q. unfold worse. destruct (is_worse q p) eqn:E.
  - split; [apply is_worse_above, E | apply below_refl].
  - split; [apply below_refl | apply is_worse_below, E].
Qed.

Lemma worse_one : forall p q, worse p q = p \/ worse p q = q.
Proof. intros. unfold worse. destruct (is_worse q p); auto. Qed.

Lemma better_one : forall p q, better p q = p \/ better p q = q.
Proof. intros. unfold better. destruct (is_worse q p); auto. Qed.

Lemma fold_worse : forall l p q, q = p \/ In q l -> below (fold_left worse l p) q.
Proof.
  induction l as [|x l IH]; intros p q H; simpl.
  - destruct H as [H|[]]. subst. apply below_refl.
  - destruct (worse_below p x) as [Hp Hx].
    destruct H as [H|[H|H]]; subst.
    + eapply below_trans; [apply IH; left; reflexivity | exact Hp].
    + eapply below_trans; [apply IH; left; reflexivity | exact Hx].
    + apply IH. right. exact H.
Qed.

Lemma worst_below : forall l p, In p l -> below (worst l) p.
Proof. intros. apply fold_worse. right. assumption. Qed.

Lemma fold_choice : forall (f : pole -> pole -> pole),
  (forall p q, f p q = p \/ f p q = q) ->
  forall l p, fold_left f l p = p \/ In (fold_left f l p) l.
Proof.
  intros f Hf l. induction l as [|x l IH]; intro p; simpl; [auto|].
  destruct (IH (f p x)) as [H|H]; [|auto].
  rewrite H. destruct (Hf p x) as [E|E]; rewrite E; auto.
Qed.

Lemma worst_in : forall l, finite (worst l) = true -> In (worst l) l.
Proof.
  intros l H. destruct (fold_choice worse worse_one l nothing) as [E|E]; [|exact E].
  unfold worst in H. rewrite E in H. discriminate.
Qed.

Lemma best_in : forall l, l <> [] -> In (best l) l.
Proof.
  intros [|p l] H; [congruence|]. simpl.
  destruct (fold_choice better better_one l p) as [E|E]; [rewrite E|]; auto.
Qed.

(** ** What is known of single variables on the centre *)

Lemma flag_map : forall (f : nat -> bool) n i,
  flag (map f (seq 0 n)) i = true -> (i < n)%nat /\ f i = true.
Proof.
  intros f n i H. unfold flag in H.
  destruct (Nat.lt_ge_cases i n) as [L|L].
  - split; [exact L|]. rewrite (nth_indep _ false (f O)) in H by (rewrite map_length, seq_length; lia).
    rewrite map_nth, seq_nth in H by lia. exact H.
  - rewrite nth_overflow in H by (rewrite map_length, seq_length; lia). discriminate.
Qed.

Lemma mem_in : forall i l, mem i l = true -> In i l.
Proof.
  intros i l H. apply existsb_exists in H as [j [Hj E]]. apply Nat.eqb_eq in E. subst. exact Hj.
Qed.

Lemma names_alone : forall pos l i, In i (names pos l) ->
  exists p a, In p l /\ alone p = Some (i, a) /\ (pos = true -> qpos a = true).
Proof.
  intros pos l i H. apply in_flat_map in H as [p [Hp Hi]].
  destruct (alone p) as [[j a]|] eqn:E; [|destruct Hi].
  destruct (pos && negb (qpos a)) eqn:B; [destruct Hi|].
  destruct Hi as [Hi|[]]. subst j. exists p, a. repeat split; auto.
  intro P. subst pos. simpl in B. apply negb_false_iff in B. exact B.
Qed.

Lemma flag_map_coordinates : forall (f : coordinate -> bool) ws i,
  flag (map f ws) i = true -> exists w, nth_error ws i = Some w /\ f w = true.
Proof.
  intros f ws. induction ws as [|w ws IH]; intros [|i] H; unfold flag in *; simpl in *;
    try discriminate; eauto.
Qed.

Section Centre.
  Variables (c : chart) (v : env).
  Hypothesis on : on_centre c v.

  Lemma vanishing_zero : forall i, flag (vanishing c) i = true -> v i = 0.
  Proof.
    intros i H. apply flag_map in H as [_ H]. apply orb_prop in H as [H|H].
    - apply flag_map_coordinates in H as [w [Hw Hl]].
      destruct on as [_ [Hc _]]. apply (proj1 (Hc i w Hw)), Hl.
    - apply mem_in, names_alone in H as [z [a [Hz [Ha _]]]].
      destruct on as [_ [_ [Hzeros _]]]. specialize (Hzeros z Hz).
      apply (alone_value v) in Ha as [Hne Hv]. rewrite Hv in Hzeros.
      apply Rmult_integral in Hzeros as [|]; [contradiction | assumption].
  Qed.

  Lemma restrict_value : forall p, peval v (restrict c p) = peval v p.
  Proof. intro p. apply peval_put_zero, vanishing_zero. Qed.

  Lemma all_units_nonzero : forall u, In u (all_units c) -> peval v u <> 0.
  Proof.
    intros u H. destruct on as [_ [_ [_ [Hu [Hp _]]]]].
    apply in_app_or in H as [H|H]; [auto|]. apply Rgt_not_eq, Hp, H.
  Qed.

  Lemma unit_variable_nonzero : forall i, flag (unit_variables c) i = true -> v i <> 0.
  Proof.
    intros i H E. apply flag_map in H as [_ H]. apply mem_in, names_alone in H as [u [a [Hu [Ha _]]]].
    apply (alone_value v) in Ha as [_ Hv]. apply (all_units_nonzero u Hu). rewrite Hv, E. ring.
  Qed.

  Lemma positive_name_positive : forall i, mem i (names true (positive c)) = true -> 0 < v i.
  Proof.
    intros i H. apply mem_in, names_alone in H as [p [a [Hp [Ha Hq]]]].
    destruct on as [_ [_ [_ [_ [Hpos _]]]]]. specialize (Hpos p Hp).
    apply (alone_value v) in Ha as [_ Hv]. rewrite Hv in Hpos.
    specialize (Hq eq_refl). apply qpos_true in Hq. nra.
  Qed.

  Lemma half_nonnegative : forall i, flag (map half (coordinates c)) i = true -> 0 <= v i.
  Proof.
    intros i H. apply flag_map_coordinates in H as [w [Hw Hh]].
    destruct on as [_ [Hc _]]. apply (proj2 (Hc i w Hw)), Hh.
  Qed.
End Centre.

Lemma on_near : forall c v, on_centre c v -> near_centre c v.
Proof.
  intros c v [_ [Hc [_ [_ [Hp _]]]]]. split; [|exact Hp].
  intros i w Hw. apply (proj2 (Hc i w Hw)).
Qed.

Lemma signed_nonnegative : forall c v, near_centre c v ->
  forall i, flag (signed_variables c) i = true -> 0 <= v i.
Proof.
  intros c v [Hc Hp] i H. apply flag_map in H as [_ H]. apply orb_prop in H as [H|H].
  - apply flag_map_coordinates in H as [w [Hw Hh]]. eapply Hc; eauto.
  - apply mem_in, names_alone in H as [p [a [Hin [Ha Hq]]]]. specialize (Hp p Hin).
    apply (alone_value v) in Ha as [_ Hv]. rewrite Hv in Hp.
    specialize (Hq eq_refl). apply qpos_true in Hq. nra.
Qed.
