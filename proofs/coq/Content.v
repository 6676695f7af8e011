(** Volumes that there are: outer contents by grids.

    Volume.v, Combine.v and Monomial.v speak of every volume that has the properties they ask for.
    Here such volumes are constructed, so that their theorems are not about nothing. A space is cut
    into finitely many weighted cells, again and again; the content of a set is the limit of the
    weight of the cells that it meets (for equal dyadic cubes this is the outer content of Jordan).
    Contents are not negative, monotone and subadditive, for all sets; the cells of a product are
    pairs of cells, and the content of a rectangle is the product of those of its sides. A set whose
    boundary meets cells of a weight that goes to 0 is measurable. Cube.v applies this to a cube. *)

From Coq Require Import Reals Lra Lia List Classical.
From RLCT Require Import Volume Combine.
Import ListNotations.
Local Open Scope R_scope.

(** ** Sums over lists *)

Fixpoint sum_over {I : Type} (f : I -> R) (l : list I) : R :=
  match l with [] => 0 | i :: rest => f i + sum_over f rest end.

Lemma sum_le : forall I (f g : I -> R) l, (forall i, f i <= g i) -> sum_over f l <= sum_over g l.
Proof.
  intros I f g l H. induction l as [|i l IH]; simpl; [lra|]. specialize (H i). lra.
Qed.

Lemma sum_same : forall I (f g : I -> R) l, (forall i, f i = g i) -> sum_over f l = sum_over g l.
Proof. intros. apply Rle_antisym; apply sum_le; intro i; rewrite H; lra. Qed.

Lemma sum_plus : forall I (f g : I -> R) l,
  sum_over (fun i => f i + g i) l = sum_over f l + sum_over g l.
Proof. intros. induction l as [|i l IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma sum_times : forall I (f : I -> R) c l, sum_over (fun i => c * f i) l = c * sum_over f l.
Proof. intros. induction l as [|i l IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma sum_nonnegative : forall I (f : I -> R) l, (forall i, 0 <= f i) -> 0 <= sum_over f l.
Proof. intros I f l H. induction l as [|i l IH]; simpl; [lra|]. specialize (H i). lra. Qed.

Lemma sum_app : forall I (f : I -> R) l l', sum_over f (l ++ l') = sum_over f l + sum_over f l'.
Proof. intros. induction l as [|i l IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma sum_map : forall I J (f : J -> R) (g : I -> J) l,
  sum_over f (map g l) = sum_over (fun i => f (g i)) l.
Proof. intros. induction l as [|i l IH]; simpl; [reflexivity | rewrite IH; reflexivity]. Qed.

Lemma sum_pairs : forall I J (f : I * J -> R) l l',
  sum_over f (list_prod l l') = sum_over (fun i => sum_over (fun j => f (i, j)) l') l.
Proof.
  intros. induction l as [|i l IH]; simpl; [reflexivity|].
  rewrite sum_app, sum_map, IH. reflexivity.
Qed.

Lemma sum_product : forall I J (f : I -> R) (g : J -> R) l l',
  sum_over (fun p => f (fst p) * g (snd p)) (list_prod l l') = sum_over f l * sum_over g l'.
Proof.
  intros. rewrite sum_pairs. simpl.
  rewrite (sum_same _ _ (fun i => sum_over g l' * f i)).
  - rewrite sum_times. ring.
  - intro i. rewrite sum_times. ring.
Qed.

(** At most one term counts. *)
Lemma sum_single : forall I (f : I -> R) i0 l, NoDup l -> (forall i, 0 <= f i) ->
  (forall i, i <> i0 -> f i = 0) -> sum_over f l <= f i0.
Proof.
  intros I f i0 l Hl Hf H0. induction Hl as [|i l Hi Hl IH]; simpl; [apply Hf|].
  destruct (classic (i = i0)) as [E|E].
  - subst i. assert (Z : sum_over f l = 0); [|lra].
    clear IH Hl. induction l as [|j l IHl]; simpl; [reflexivity|].
    rewrite H0, IHl; [ring | intro Hin; apply Hi; right; exact Hin|].
    intro E. apply Hi. left. exact E.
  - rewrite (H0 i E). lra.
Qed.

(** 1 where P holds, and else 0. *)
Definition when (P : Prop) : R := if ClassicalDedekindReals.sig_not_dec P then 1 else 0.

Lemma when_true : forall P : Prop, P -> when P = 1.
Proof.
  intros P H. unfold when. destruct (ClassicalDedekindReals.sig_not_dec P) as [N|N];
    [reflexivity | contradiction].
Qed.

Lemma when_false : forall P : Prop, ~ P -> when P = 0.
Proof.
  intros P H. unfold when. destruct (ClassicalDedekindReals.sig_not_dec P) as [N|N];
    [contradiction | reflexivity].
Qed.

Lemma when_between : forall P, 0 <= when P <= 1.
Proof. intro P. unfold when. destruct (ClassicalDedekindReals.sig_not_dec P); lra. Qed.

Lemma when_le : forall P Q : Prop, (P -> Q) -> when P <= when Q.
Proof.
  intros P Q H. destruct (classic P) as [HP|HP].
  - rewrite (when_true P HP), (when_true Q (H HP)). lra.
  - rewrite (when_false P HP). apply when_between.
Qed.

Lemma when_same : forall P Q : Prop, (P <-> Q) -> when P = when Q.
Proof. intros P Q [H1 H2]. apply Rle_antisym; apply when_le; assumption. Qed.

Lemma when_or : forall P Q : Prop, when (P \/ Q) <= when P + when Q.
Proof.
  intros P Q. pose proof (when_between P) as HP. pose proof (when_between Q) as HQ.
  destruct (classic P) as [H|H]; [|destruct (classic Q) as [H'|H']].
  - rewrite (when_true P H), when_true by tauto. lra.
  - rewrite (when_true Q H'), when_true by tauto. lra.
  - rewrite when_false by tauto. lra.
Qed.

Lemma when_and : forall P Q : Prop, when (P /\ Q) = when P * when Q.
Proof.
  intros P Q. destruct (classic P) as [H|H]; [destruct (classic Q) as [H'|H']|].
  - rewrite !when_true by tauto. ring.
  - rewrite (when_false Q H'), when_false by tauto. ring.
  - rewrite (when_false P H), when_false by tauto. ring.
Qed.

(** ** Grids *)

(** Each point is in a cell of each level; the cells of a level are parts of those of the one
    before, and weigh together at most as much. That is said of all sums, which is what one needs
    and what products inherit. *)
Record grid := {
  points : Type;
  index : Type;
  cells : nat -> list index;
  cell : nat -> points -> index;
  cell_is : forall n x, In (cell n x) (cells n);
  weight : nat -> index -> R;
  weight_nonnegative : forall n i, 0 <= weight n i;
  parent : nat -> index -> index;
  parent_is : forall n x, parent n (cell (S n) x) = cell n x;
  finer : forall n (f : index -> R), (forall i, 0 <= f i) ->
    sum_over (fun i => f (parent n i) * weight (S n) i) (cells (S n))
    <= sum_over (fun i => f i * weight n i) (cells n)
}.

Section Grid.
  Variable g : grid.

  (** Cell i of level n meets A. *)
  Definition meets (n : nat) (A : points g -> Prop) (i : index g) : Prop :=
    exists x, A x /\ cell g n x = i.

  (** The weight of the cells that A meets. *)
  Definition count (n : nat) (A : points g -> Prop) : R :=
    sum_over (fun i => when (meets n A i) * weight g n i) (cells g n).

  Lemma weigh : forall n a b i, a <= b -> a * weight g n i <= b * weight g n i.
  Proof. intros. apply Rmult_le_compat_r; [apply weight_nonnegative | assumption]. Qed.

  Lemma count_nonnegative : forall n A, 0 <= count n A.
  Proof.
    intros n A. apply sum_nonnegative. intro i.
    apply Rmult_le_pos; [apply when_between | apply weight_nonnegative].
  Qed.

  Lemma count_monotone : forall n (A B : points g -> Prop), (forall x, A x -> B x) ->
    count n A <= count n B.
  Proof.
    intros n A B H. apply sum_le. intro i. apply weigh, when_le.
    intros [x [Hx E]]. exists x. split; [apply H, Hx | exact E].
  Qed.

  Lemma count_union : forall n A B, count n (fun x => A x \/ B x) <= count n A + count n B.
  Proof.
    intros n A B. unfold count. rewrite <- sum_plus. apply sum_le. intro i.
    rewrite <- Rmult_plus_distr_r. apply weigh.
    apply Rle_trans with (when (meets n A i \/ meets n B i)); [|apply when_or].
    apply when_le. intros [x [[H|H] E]]; [left | right]; exists x; auto.
  Qed.

  Lemma count_decreasing : forall A, Un_decreasing (fun n => count n A).
  Proof.
    intros A n. unfold count.
    apply Rle_trans with (2 := finer g n (fun i => when (meets n A i))
                                 (fun i => proj1 (when_between _))).
    apply sum_le. intro i. apply weigh, when_le.
    intros [x [Hx E]]. exists x. split; [exact Hx|]. rewrite <- E. symmetry. apply parent_is.
  Qed.

  Lemma count_bounded : forall A, has_lb (fun n => count n A).
  Proof.
    intro A. exists 0. intros y [n E]. rewrite E. unfold opp_seq.
    pose proof (count_nonnegative n A). lra.
  Qed.

  (** The content, for every set. *)
  Definition content (A : points g -> Prop) : R :=
    proj1_sig (decreasing_cv _ (count_decreasing A) (count_bounded A)).

  Lemma content_is : forall A, Un_cv (fun n => count n A) (content A).
  Proof.
    intro A. exact (proj2_sig (decreasing_cv _ (count_decreasing A) (count_bounded A))).
  Qed.

  Lemma constant_cv : forall c, Un_cv (fun _ => c) c.
  Proof. intros c eps H. exists 0%nat. intros n _. rewrite R_dist_eq. exact H. Qed.

  Lemma content_nonnegative : forall A, 0 <= content A.
  Proof.
    intro A. apply (@Rle_cv_lim (fun _ => 0) (fun n => count n A) 0 (content A));
      [intro n; apply count_nonnegative | apply constant_cv | apply content_is].
  Qed.

  Lemma content_monotone : forall A B : points g -> Prop, (forall x, A x -> B x) ->
    content A <= content B.
  Proof.
    intros A B H. apply (@Rle_cv_lim (fun n => count n A) (fun n => count n B) _ _);
      [intro n; apply count_monotone, H | apply content_is | apply content_is].
  Qed.

  Lemma content_union : forall A B, content (fun x => A x \/ B x) <= content A + content B.
  Proof.
    intros A B.
    apply (@Rle_cv_lim (fun n => count n (fun x => A x \/ B x))
             (fun n => count n A + count n B) _ _);
      [intro n; apply count_union | apply content_is|].
    apply CV_plus; apply content_is.
  Qed.

  Definition content_volume : volume :=
    Build_volume (points g) content content_nonnegative content_monotone content_union.

  (** The weight of the cells that a set neither contains nor misses. *)
  Definition boundary (n : nat) (A : points g -> Prop) : R :=
    sum_over (fun i => when (meets n A i /\ meets n (fun x => ~ A x) i) * weight g n i) (cells g n).

  Definition thin_boundary (A : points g -> Prop) : Prop := Un_cv (fun n => boundary n A) 0.

  Lemma thin_measurable : forall A, thin_boundary A -> measurable content_volume A.
  Proof.
    intros A H T. simpl.
    apply (@Rle_cv_lim
             (fun n => count n (fun x => T x /\ A x) + count n (fun x => T x /\ ~ A x))
             (fun n => count n T + boundary n A) _ _).
    - intro n. unfold count, boundary. rewrite <- !sum_plus. apply sum_le. intro i.
      rewrite <- !Rmult_plus_distr_r. apply weigh.
      set (a := meets n (fun x => T x /\ A x) i). set (b := meets n (fun x => T x /\ ~ A x) i).
      set (c := meets n A i /\ meets n (fun x => ~ A x) i).
      assert (Ha : a -> meets n T i) by (intros [x [[HT _] E]]; exists x; auto).
      assert (Hb : b -> meets n T i) by (intros [x [[HT _] E]]; exists x; auto).
      assert (Hc : a -> b -> c).
      { intros [x [[_ Hx] E]] [y [[_ Hy] E']]. split; [exists x | exists y]; auto. }
      pose proof (when_between c) as Bc. pose proof (when_le _ _ Ha) as La.
      pose proof (when_le _ _ Hb) as Lb.
      destruct (classic a) as [Qa|Qa]; [|rewrite (when_false a Qa); lra].
      destruct (classic b) as [Qb|Qb]; [|rewrite (when_false b Qb); lra].
      rewrite (when_true a Qa), (when_true b Qb), (when_true c (Hc Qa Qb)).
      rewrite (when_true _ (Ha Qa)). lra.
    - apply CV_plus; apply content_is.
    - rewrite <- (Rplus_0_r (content T)). apply CV_plus; [apply content_is | exact H].
  Qed.

  (** The weight of all cells does not grow. *)
  Definition total (n : nat) : R := sum_over (weight g n) (cells g n).

  Lemma total_bounded : forall n, 0 <= total n <= total 0.
  Proof.
    intro n. split; [apply sum_nonnegative; intro i; apply weight_nonnegative|].
    induction n as [|n IH]; [lra|]. apply Rle_trans with (2 := IH).
    pose proof (finer g n (fun _ => 1) (fun _ => Rle_0_1)) as H. unfold total.
    rewrite (sum_same _ (weight g (S n)) (fun i => 1 * weight g (S n) i)) by (intro; ring).
    rewrite (sum_same _ (weight g n) (fun i => 1 * weight g n i)) by (intro; ring). exact H.
  Qed.
End Grid.

(** ** Products *)

Section Product.
  Variables g g' : grid.

  Definition product_grid : grid.
  Proof.
    refine {|
      points := points g * points g';
      index := index g * index g';
      cells := fun n => list_prod (cells g n) (cells g' n);
      cell := fun n x => (cell g n (fst x), cell g' n (snd x));
      weight := fun n i => weight g n (fst i) * weight g' n (snd i);
      parent := fun n i => (parent g n (fst i), parent g' n (snd i))
    |}.
    - intros n x. apply in_prod; apply cell_is.
    - intros n i. apply Rmult_le_pos; apply weight_nonnegative.
    - intros n x. simpl. rewrite !parent_is. reflexivity.
    - intros n f Hf. rewrite !sum_pairs. simpl.
      set (half := fun i => sum_over (fun j => f (i, j) * weight g' n j) (cells g' n)).
      assert (Hhalf : forall i, 0 <= half i).
      { intro i. apply sum_nonnegative. intro j.
        apply Rmult_le_pos; [apply Hf | apply weight_nonnegative]. }
      apply Rle_trans with
        (sum_over (fun i => half (parent g n i) * weight g (S n) i) (cells g (S n))).
      + apply sum_le. intro i.
        rewrite (sum_same _ _ (fun j => weight g (S n) i
                   * (f (parent g n i, parent g' n j) * weight g' (S n) j)))
          by (intro; ring).
        rewrite sum_times, Rmult_comm. apply Rmult_le_compat_r; [apply weight_nonnegative|].
        apply (finer g' n (fun j => f (parent g n i, j))). intro j. apply Hf.
      + apply Rle_trans with (1 := finer g n half Hhalf). apply Req_le, sum_same. intro i.
        unfold half. rewrite Rmult_comm, <- sum_times. apply sum_same. intro j. simpl. ring.
  Defined.

  Lemma content_rectangle : forall (A : points g -> Prop) (B : points g' -> Prop),
    content product_grid (fun x => A (fst x) /\ B (snd x)) = content g A * content g' B.
  Proof.
    intros A B.
    apply (UL_sequence (fun n => count product_grid n (fun x => A (fst x) /\ B (snd x))));
      [apply content_is|].
    apply (Un_cv_ext (fun n => count g n A * count g' n B)).
    - intro n. unfold count. rewrite <- sum_product. apply sum_same. intros [i j].
      change (weight product_grid n (i, j)) with (weight g n i * weight g' n j). cbn [fst snd].
      assert (E : when (meets product_grid n (fun x => A (fst x) /\ B (snd x)) (i, j))
                  = when (meets g n A i) * when (meets g' n B j)); [|rewrite E; ring].
      rewrite <- when_and. apply when_same. split.
      + intros [[x y] [[HA HB] E]]. simpl in *. injection E as <- <-.
        split; [exists x | exists y]; auto.
      + intros [[x [HA E]] [y [HB E']]]. exists (x, y). simpl. rewrite E, E'. auto.
    - apply CV_mult; apply content_is.
  Qed.

  Definition content_product : product_volume (content_volume g) (content_volume g') :=
    Build_product_volume (content_volume g) (content_volume g') (content product_grid)
      (content_nonnegative product_grid) (content_monotone product_grid)
      (content_union product_grid) content_rectangle.

  (** A slab over a set with a thin boundary has one. *)
  Lemma slab_thin : forall B, thin_boundary g' B ->
    thin_boundary product_grid (fun x => B (snd x)).
  Proof.
    intros B H.
    assert (Hle : forall n, boundary product_grid n (fun x => B (snd x))
                            <= total g 0 * boundary g' n B).
    { intro n. apply Rle_trans with (total g n * boundary g' n B).
      - unfold total, boundary. rewrite <- sum_product. apply sum_le. intros [i j]. simpl.
        rewrite Rmult_comm, Rmult_assoc. apply Rmult_le_compat_l; [apply weight_nonnegative|].
        rewrite Rmult_comm. apply weigh, when_le.
        intros [[[x y] [Hy E]] [[x' y'] [Hy' E']]]. simpl in *.
        injection E as _ E. injection E' as _ E'. split; [exists y | exists y']; auto.
      - apply Rmult_le_compat_r; [|apply total_bounded]. apply sum_nonnegative. intro i.
        apply Rmult_le_pos; [apply when_between | apply weight_nonnegative]. }
    assert (Hcv : Un_cv (fun n => total g 0 * boundary g' n B) 0).
    { rewrite <- (Rmult_0_r (total g 0)). apply CV_mult; [apply constant_cv | exact H]. }
    intros eps Heps. destruct (Hcv eps Heps) as [N HN]. exists N. intros n Hn.
    specialize (HN n Hn). specialize (Hle n). unfold R_dist in *.
    assert (H0 : 0 <= boundary product_grid n (fun x => B (snd x))).
    { apply sum_nonnegative. intro i.
      apply Rmult_le_pos; [apply when_between | apply weight_nonnegative]. }
    rewrite Rminus_0_r in *. rewrite Rabs_pos_eq in * by lra. lra.
  Qed.
End Product.
