(** The pole of a monomial on a cube, with nothing granted.

    The grid of 0 < x <= 1 has at level n the cells i / 2^n < x <= (i + 1) / 2^n, each with the
    integral of x^h as its weight. Its content gives a segment what [unit_interval] asks for, and
    segments have thin boundaries. So the cube is a product as [monomial] asks for, and [cube_pole]
    says of ∏ x_i^k_i, with the amplitude ∏ x_i^h_i, what its pole by contents is. *)

From Coq Require Import Reals Lra Lia List Classical ZArith.
From RLCT Require Import Volume Combine Monomial Content.
Import ListNotations.
Local Open Scope R_scope.

(** ** Dyadic cells *)

Definition fraction := { x : R | 0 < x <= 1 }.
Definition real (x : fraction) : R := proj1_sig x.
Definition point (x : R) (H : 0 < x <= 1) : fraction := exist _ x H.

Lemma two_pos : forall n, 0 < 2 ^ n.
Proof. intro n. apply pow_lt. lra. Qed.

Lemma two_IZR : forall n, 2 ^ n = IZR (Z.of_nat (2 ^ n)).
Proof. intro n. rewrite <- INR_IZR_INZ, pow_INR. reflexivity. Qed.

(** The number of the cell: i with i < x 2^n <= i + 1. *)
Definition place (n : nat) (x : R) : nat := Z.to_nat (- up (- (x * 2 ^ n))).

Lemma place_is : forall n x, 0 < x -> INR (place n x) < x * 2 ^ n <= INR (place n x) + 1.
Proof.
  intros n x Hx. set (y := x * 2 ^ n).
  assert (Hy : 0 < y) by (apply Rmult_lt_0_compat; [exact Hx | apply two_pos]).
  destruct (archimed (- y)) as [H1 H2]. unfold place. fold y.
  assert (Hz : (0 <= - up (- y))%Z).
  { apply Z.opp_nonneg_nonpos. apply Z.lt_succ_r. apply lt_IZR. rewrite succ_IZR. lra. }
  rewrite INR_IZR_INZ, Z2Nat.id by exact Hz. rewrite opp_IZR. lra.
Qed.

Lemma place_only : forall n x i, INR i < x * 2 ^ n <= INR i + 1 -> 0 < x -> place n x = i.
Proof.
  intros n x i H Hx. pose proof (place_is n x Hx) as H'.
  assert (INR i < INR (S (place n x))) by (rewrite S_INR; lra).
  assert (INR (place n x) < INR (S i)) by (rewrite S_INR; lra).
  apply INR_lt in H0, H1. lia.
Qed.

Lemma place_monotone : forall n x y, 0 < x -> x <= y -> (place n x <= place n y)%nat.
Proof.
  intros n x y Hx Hxy.
  pose proof (place_is n x Hx) as H. pose proof (place_is n y ltac:(lra)) as H'.
  assert (x * 2 ^ n <= y * 2 ^ n)
    by (apply Rmult_le_compat_r; [apply Rlt_le, two_pos | exact Hxy]).
  assert (INR (place n x) < INR (S (place n y))) by (rewrite S_INR; lra).
  apply INR_lt in H1. lia.
Qed.

Lemma place_below : forall n x, 0 < x <= 1 -> (place n x < 2 ^ n)%nat.
Proof.
  intros n x Hx. pose proof (place_is n x (proj1 Hx)) as H. apply INR_lt.
  rewrite pow_INR. change (INR 2) with 2. pose proof (two_pos n). nra.
Qed.

Lemma place_half : forall n x, 0 < x -> Nat.div2 (place (S n) x) = place n x.
Proof.
  intros n x Hx. symmetry. apply place_only; [|exact Hx].
  pose proof (place_is (S n) x Hx) as H. set (i := place (S n) x) in *. simpl in H.
  destruct (Nat.Even_or_Odd i) as [E|E].
  - apply Nat.Even_double in E. rewrite E in H. unfold Nat.double in H. rewrite plus_INR in H. lra.
  - apply Nat.Odd_double in E. rewrite E in H. unfold Nat.double in H.
    rewrite S_INR, plus_INR in H. lra.
Qed.

(** ** Sums over the first numbers *)

Lemma sum_seq_last : forall (f : nat -> R) n,
  sum_over f (seq 0 (S n)) = sum_over f (seq 0 n) + f n.
Proof. intros f n. rewrite seq_S, sum_app. simpl. ring. Qed.

Lemma sum_telescope : forall (f : nat -> R) n,
  sum_over (fun i => f (S i) - f i) (seq 0 n) = f n - f 0%nat.
Proof.
  intros f n. induction n as [|n IH]; [simpl; ring|]. rewrite sum_seq_last, IH. ring.
Qed.

Lemma sum_halves : forall (f : nat -> R) n,
  sum_over f (seq 0 (2 * n)) = sum_over (fun j => f (2 * j)%nat + f (2 * j + 1)%nat) (seq 0 n).
Proof.
  intros f n. induction n as [|n IH]; [reflexivity|].
  replace (2 * S n)%nat with (S (S (2 * n))) by lia. rewrite !sum_seq_last, IH.
  replace (S (2 * n)) with (2 * n + 1)%nat by lia. ring.
Qed.

(** Terms beyond the first are 0. *)
Lemma sum_beginning : forall (f g : nat -> R) a n, (a <= n)%nat ->
  (forall i, (i < a)%nat -> f i = g i) -> (forall i, (a <= i)%nat -> f i = 0) ->
  sum_over f (seq 0 n) = sum_over g (seq 0 a).
Proof.
  intros f g a n Ha Hf H0. induction Ha as [|n Ha IH].
  - clear H0. induction a as [|a IHa]; [reflexivity|].
    rewrite !sum_seq_last, IHa, Hf; [reflexivity | lia | intros; apply Hf; lia].
  - rewrite sum_seq_last, IH, H0 by exact Ha. ring.
Qed.

(** ** One variable *)

Section Line.
  Variable h : R.
  Hypothesis integrable : -1 < h.

  (** The integral of x^h from 0 to t. *)
  Definition primitive (t : R) : R :=
    if Rlt_dec 0 t then Rpower t (h + 1) / (h + 1) else 0.

  Lemma primitive_pos : forall t, 0 < t -> primitive t = Rpower t (h + 1) / (h + 1).
  Proof. intros t Ht. unfold primitive. destruct (Rlt_dec 0 t); [reflexivity | lra]. Qed.

  Lemma primitive_monotone : forall s t, s <= t -> primitive s <= primitive t.
  Proof.
    intros s t Hst. assert (Hi : 0 < / (h + 1)) by (apply Rinv_0_lt_compat; lra).
    unfold primitive. destruct (Rlt_dec 0 s) as [Hs|Hs]; destruct (Rlt_dec 0 t) as [Ht|Ht]; try lra.
    - apply Rmult_le_compat_r; [lra|]. apply Rle_Rpower_l; lra.
    - apply Rlt_le, Rdiv_lt_0_compat; [apply exp_pos | lra].
  Qed.

  (** The value at i / 2^n. *)
  Definition knot (n i : nat) : R := primitive (INR i / 2 ^ n).

  Lemma knot_monotone : forall n i j, (i <= j)%nat -> knot n i <= knot n j.
  Proof.
    intros n i j H. apply primitive_monotone.
    apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, two_pos | apply le_INR, H].
  Qed.

  Lemma knot_zero : forall n, knot n 0 = 0.
  Proof.
    intro n. unfold knot. replace (INR 0 / 2 ^ n) with 0 by (simpl; unfold Rdiv; ring).
    unfold primitive. destruct (Rlt_dec 0 0); [lra | reflexivity].
  Qed.

  Lemma knot_half : forall n i, knot (S n) (2 * i) = knot n i.
  Proof.
    intros n i. unfold knot. f_equal. rewrite mult_INR. simpl. field.
    pose proof (two_pos n). lra.
  Qed.

  Definition line_grid : grid.
  Proof.
    refine {|
      points := fraction;
      index := nat;
      cells := fun n => seq 0 (2 ^ n);
      cell := fun n x => place n (real x);
      weight := fun n i => knot n (S i) - knot n i;
      parent := fun _ i => Nat.div2 i
    |}.
    - intros n [x Hx]. apply in_seq. simpl. split; [lia | apply place_below, Hx].
    - intros n i. pose proof (knot_monotone n i (S i) ltac:(lia)). lra.
    - intros n [x Hx]. apply place_half, Hx.
    - intros n f Hf. rewrite Nat.pow_succ_r'. rewrite sum_halves. apply Req_le, sum_same. intro i.
      replace (2 * i + 1)%nat with (S (2 * i)) by lia.
      rewrite Nat.div2_double, Nat.div2_succ_double.
      replace (S (S (2 * i))) with (2 * S i)%nat by lia. rewrite !knot_half. ring.
  Defined.

  (** The cells up to that of t. *)
  Lemma segment_count : forall n t, 0 < t <= 1 ->
    count line_grid n (fun x => real x <= t) = knot n (S (place n t)).
  Proof.
    intros n t Ht. unfold count. simpl cells.
    rewrite (sum_beginning _ (fun i => knot n (S i) - knot n i) (S (place n t))).
    - rewrite (sum_telescope (knot n)), knot_zero. ring.
    - apply place_below, Ht.
    - intros i Hi. rewrite when_true; [simpl; ring|].
      destruct (Nat.eq_dec i (place n t)) as [E|E].
      + exists (point t Ht). simpl. split; [lra | symmetry; exact E].
      + (* the right end of the cell *)
        assert (Hx : 0 < (INR i + 1) / 2 ^ n <= t).
        { pose proof (pos_INR i). pose proof (two_pos n).
          pose proof (place_is n t (proj1 Ht)) as Hp.
          assert (INR (S i) <= INR (place n t)) by (apply le_INR; lia). rewrite S_INR in H1.
          split; [apply Rdiv_lt_0_compat; lra|].
          apply (Rmult_le_reg_r (2 ^ n)); [apply two_pos|].
          unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
        assert (Hx' : 0 < (INR i + 1) / 2 ^ n <= 1) by lra.
        exists (point _ Hx'). split; [simpl; lra|]. simpl. apply place_only; [|lra].
        unfold Rdiv. rewrite Rmult_assoc, Rinv_l by (pose proof (two_pos n); lra). lra.
    - intros i Hi. rewrite when_false; [ring|]. intros [[x Hx] [Hle E]]. simpl in Hle, E.
      pose proof (place_monotone n x t (proj1 Hx) Hle). lia.
  Qed.

  Lemma eventually_same_cv : forall (u v : nat -> R) l N,
    (forall n, (N <= n)%nat -> u n = v n) -> Un_cv u l -> Un_cv v l.
  Proof.
    intros u v l N H Hu eps Heps. destruct (Hu eps Heps) as [M HM]. exists (max N M).
    intros n Hn. rewrite <- H by lia. apply HM. lia.
  Qed.

  Lemma primitive_cv : forall (u : nat -> R) t, 0 < t -> Un_cv u t ->
    Un_cv (fun n => primitive (u n)) (primitive t).
  Proof.
    intros u t Ht Hu. rewrite primitive_pos by exact Ht.
    destruct (Hu t Ht) as [N HN].
    apply (eventually_same_cv (fun n => Rpower (u n) (h + 1) / (h + 1)) _ _ N).
    - intros n Hn. specialize (HN n Hn). symmetry. apply primitive_pos.
      unfold R_dist in HN. apply Rabs_def2 in HN. lra.
    - unfold Rdiv. apply CV_mult; [|apply constant_cv].
      apply (continuity_seq (fun x => Rpower x (h + 1))); [|exact Hu].
      apply derivable_continuous_pt. exists ((h + 1) * Rpower t (h + 1 - 1)).
      apply derivable_pt_lim_power, Ht.
  Qed.

  (** Both ends of the cell of t go to t. *)
  Lemma ends_cv : forall t d, 0 < t -> 0 <= d <= 1 ->
    Un_cv (fun n => (INR (place n t) + d) / 2 ^ n) t.
  Proof.
    intros t d Ht Hd eps Heps. destruct (cv_pow_half 1 eps Heps) as [N HN]. exists N.
    intros n Hn. specialize (HN n Hn). unfold R_dist in *. pose proof (two_pos n) as H2.
    rewrite Rminus_0_r in HN. rewrite Rabs_pos_eq in HN
      by (apply Rlt_le, Rdiv_lt_0_compat; lra).
    apply Rle_lt_trans with (2 := HN). pose proof (place_is n t Ht) as Hp.
    replace ((INR (place n t) + d) / 2 ^ n - t)
      with ((INR (place n t) + d - t * 2 ^ n) * / 2 ^ n) by (field; lra).
    rewrite Rabs_mult, (Rabs_pos_eq (/ 2 ^ n)) by (apply Rlt_le, Rinv_0_lt_compat, H2).
    unfold Rdiv. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, H2|].
    apply Rabs_le. lra.
  Qed.

  Lemma segment_content : forall t, 0 < t <= 1 ->
    content line_grid (fun x => real x <= t) = Rpower t (h + 1) / (h + 1).
  Proof.
    intros t Ht. rewrite <- primitive_pos by apply Ht.
    apply (UL_sequence (fun n => count line_grid n (fun x => real x <= t))); [apply content_is|].
    apply (Un_cv_ext (fun n => primitive ((INR (place n t) + 1) / 2 ^ n))).
    - intro n. rewrite segment_count by exact Ht. unfold knot. rewrite S_INR. reflexivity.
    - apply primitive_cv; [apply Ht|]. apply ends_cv; lra.
  Qed.

  (** A segment ends in one cell, whose weight goes to 0. *)
  Lemma segment_thin : forall s, thin_boundary line_grid (fun x => real x <= s).
  Proof.
    intro s.
    assert (Hnone : (forall x : fraction, real x <= s) \/ (forall x : fraction, ~ real x <= s) ->
              thin_boundary line_grid (fun x => real x <= s)).
    { intro H. apply (Un_cv_ext (fun _ => 0)); [|apply constant_cv]. intro n. unfold boundary.
      symmetry. rewrite (sum_same _ _ (fun i => 0 * weight line_grid n i)).
      - rewrite sum_times. ring.
      - intro i. rewrite when_false; [reflexivity|].
        intros [[x [Hx _]] [y [Hy _]]]. destruct H as [H|H]; [exact (Hy (H y)) | exact (H x Hx)]. }
    destruct (Rlt_dec 0 s) as [Hs|Hs].
    2: { apply Hnone. right. intros [x Hx]. simpl. lra. }
    destruct (Rle_dec s 1) as [Hs1|Hs1].
    2: { apply Hnone. left. intros [x Hx]. simpl. lra. }
    clear Hnone.
    assert (Hcv : Un_cv (fun n => knot n (S (place n s)) - knot n (place n s)) 0).
    { rewrite <- (Rminus_diag_eq (primitive s) (primitive s)) by reflexivity.
      apply CV_minus.
      - apply (Un_cv_ext (fun n => primitive ((INR (place n s) + 1) / 2 ^ n))).
        + intro n. unfold knot. rewrite S_INR. reflexivity.
        + apply primitive_cv; [exact Hs|]. apply ends_cv; lra.
      - apply (Un_cv_ext (fun n => primitive ((INR (place n s) + 0) / 2 ^ n))).
        + intro n. unfold knot. rewrite Rplus_0_r. reflexivity.
        + apply primitive_cv; [exact Hs|]. apply ends_cv; lra. }
    intros eps Heps. destruct (Hcv eps Heps) as [N HN]. exists N. intros n Hn.
    specialize (HN n Hn). unfold R_dist in *. rewrite Rminus_0_r in *.
    set (f := fun i => when (meets line_grid n (fun x => real x <= s) i
                             /\ meets line_grid n (fun x => ~ real x <= s) i)
                       * weight line_grid n i).
    assert (Hf : forall i, 0 <= f i).
    { intro i. apply Rmult_le_pos; [apply when_between | apply weight_nonnegative]. }
    assert (H1 : boundary line_grid n (fun x => real x <= s) <= f (place n s)).
    { apply (sum_single _ f (place n s)); [apply seq_NoDup | exact Hf|].
      intros i Hi. unfold f. rewrite when_false; [ring|].
      intros [[[x Hx] [Hxs Ex]] [[y Hy] [Hys Ey]]]. simpl in *. apply Hi.
      pose proof (place_monotone n x s (proj1 Hx) Hxs).
      pose proof (place_monotone n s y Hs ltac:(lra)). lia. }
    assert (H2 : f (place n s) <= weight line_grid n (place n s)).
    { unfold f. rewrite <- (Rmult_1_l (weight line_grid n (place n s))) at 2.
      apply weigh, when_between. }
    assert (H0 : 0 <= boundary line_grid n (fun x => real x <= s))
      by (apply sum_nonnegative; exact Hf).
    simpl weight in H2. rewrite Rabs_pos_eq in * by lra. lra.
  Qed.

  Definition line : unit_interval h :=
    Build_unit_interval h (content_volume line_grid) real integrable
      (fun x => proj2_sig x) segment_content.
End Line.

(** ** The cube *)

(** k and h of a variable. *)
Record variable := {
  power_of : nat;
  amplitude_of : R;
  integrable_of : -1 < amplitude_of
}.

Definition data (v : variable) : nat * R := (power_of v, amplitude_of v).

Definition grid_of (v : variable) : grid := line_grid (amplitude_of v) (integrable_of v).

(** A first variable and others; a point is a nested pair of numbers. *)
Fixpoint cube (v : variable) (others : list variable) : grid :=
  match others with
  | [] => grid_of v
  | v' :: others => product_grid (cube v others) (grid_of v')
  end.

(** ∏ x_i^k_i *)
Fixpoint value (v : variable) (others : list variable) : points (cube v others) -> R :=
  match others with
  | [] => fun x => real x ^ power_of v
  | v' :: others => fun z => value v others (fst z) * real (snd z) ^ power_of v'
  end.

Lemma cube_monomial : forall v others,
  monomial (map data others ++ [data v]) (content_volume (cube v others)) (value v others).
Proof.
  intros v others. induction others as [|v' others IH].
  - exact (one_variable (power_of v) (amplitude_of v) (line _ (integrable_of v))).
  - apply (more_variables (power_of v') (amplitude_of v') (line _ (integrable_of v'))
             (map data others ++ [data v]) (content_volume (cube v others)) (value v others)
             (content_product (cube v others) (grid_of v')) IH).
    intro s. apply (thin_measurable (product_grid (cube v others) (grid_of v'))).
    apply (slab_thin (cube v others) (grid_of v') (fun x => real x <= s)). apply segment_thin.
Qed.

(** The pole of ∏ x_i^k_i with the amplitude ∏ x_i^h_i on the cube: the least (h_i + 1) / k_i, and
    how many variables attain it. *)
Theorem cube_pole : forall v others l,
  smallest (map data others ++ [data v]) = Some l ->
  let m := attained l (map data others ++ [data v]) in
  at_least (content_volume (cube v others)) (value v others) everything l m /\
  at_most (content_volume (cube v others)) (value v others) everything l m.
Proof.
  intros v others l E. apply monomial_pole_computed; [apply cube_monomial | exact E].
Qed.

(** For example x^2 y^2 on the unit square: (1/2, 2). *)
Lemma no_amplitude : -1 < 0.
Proof. lra. Qed.

Definition flat (k : nat) : variable :=
  {| power_of := k; amplitude_of := 0; integrable_of := no_amplitude |}.

Example two_squares :
  let V := content_volume (cube (flat 2) [flat 2]) in
  let K := fun z : space V => real (fst z) ^ 2 * real (snd z) ^ 2 in
  at_least V K everything (/ 2) 2 /\ at_most V K everything (/ 2) 2.
Proof.
  assert (Q : quotient 2 0 = / 2) by (unfold quotient; simpl; lra).
  assert (E : smallest (map data [flat 2] ++ [data (flat 2)]) = Some (/ 2)).
  { simpl. rewrite Q. unfold Rmin. destruct (Rle_dec (/ 2) (/ 2)); reflexivity. }
  assert (M : attained (/ 2) (map data [flat 2] ++ [data (flat 2)]) = 2%nat).
  { simpl. rewrite Q. destruct (Req_EM_T (/ 2) (/ 2)); [reflexivity | congruence]. }
  pose proof (cube_pole (flat 2) [flat 2] (/ 2) E) as H. cbv zeta in H. rewrite M in H. exact H.
Qed.
