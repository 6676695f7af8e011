(** Poles as volumes: the elementary laws, proved.

    That (λ, m) is the pole of K ≥ 0 on a region W says how fast the volume V(ε) of the part of W
    where K ≤ ε goes to 0: as ε^λ |log ε|^(m-1). Here a pole is {e at least} (λ, m) if
    V(ε) <= C ε^λ |log ε|^(m-1) for all small ε, and {e at most} (λ, m) if V(ε) >= c ε^λ
    |log ε|^(m-1), with constants C, c > 0. For analytic K this is the same as the largest pole of
    the zeta function and its order (Watanabe 2009, §4 and 7); that is not proved here.

    From nothing but an abstract volume (not negative, monotone, subadditive, and on a product of
    spaces the product) are proved: the order of poles, monotony in K (and so inclusion of ideals),
    unit factors, the worst of several pieces and so split and cover, sums in disjoint variables
    (add) in both directions, and products in disjoint variables (combine) from below. Combine.v has
    these from above, Monomial.v the pole of a monomial and changes of variables; Content.v and
    Cube.v have volumes to which all of this applies. *)

From Coq Require Import Reals Lra Lia List.
Import ListNotations.
Local Open Scope R_scope.

(** ** Volumes *)

Record volume := {
  space : Type;
  vol : (space -> Prop) -> R;
  vol_nonnegative : forall A, 0 <= vol A;
  vol_monotone : forall A B : space -> Prop, (forall x, A x -> B x) -> vol A <= vol B;
  vol_union : forall A B : space -> Prop, vol (fun x => A x \/ B x) <= vol A + vol B
}.

Definition sublevel {X : Type} (K : X -> R) (W : X -> Prop) (e : R) : X -> Prop :=
  fun x => W x /\ K x <= e.

(** ε^l |log ε|^(m-1) *)
Definition rate (l : R) (m : nat) (e : R) : R := Rpower e l * (- ln e) ^ pred m.

(** For all small ε. *)
Definition eventually (P : R -> Prop) : Prop :=
  exists e0, 0 < e0 < 1 /\ forall e, 0 < e < e0 -> P e.

Definition at_least (V : volume) (K : space V -> R) (W : space V -> Prop) (l : R) (m : nat) :=
  exists C, 0 < C /\ eventually (fun e => vol V (sublevel K W e) <= C * rate l m e).

Definition at_most (V : volume) (K : space V -> R) (W : space V -> Prop) (l : R) (m : nat) :=
  exists C, 0 < C /\ eventually (fun e => C * rate l m e <= vol V (sublevel K W e)).

(** ** Rates *)

Lemma eventually_and : forall P Q, eventually P -> eventually Q ->
  eventually (fun e => P e /\ Q e).
Proof.
  intros P Q [a [Ha HP]] [b [Hb HQ]]. exists (Rmin a b). split.
  - split; [apply Rmin_pos; tauto|]. apply Rle_lt_trans with a; [apply Rmin_l | tauto].
  - intros e He. pose proof (Rmin_l a b). pose proof (Rmin_r a b).
    split; [apply HP | apply HQ]; lra.
Qed.

Lemma eventually_mono : forall P Q : R -> Prop,
  (forall e, 0 < e < 1 -> P e -> Q e) -> eventually P -> eventually Q.
Proof.
  intros P Q H [a [Ha HP]]. exists a. split; [exact Ha|].
  intros e He. apply H; [lra | apply HP, He].
Qed.

Lemma eventually_below : forall a, 0 < a -> eventually (fun e => e < a).
Proof.
  intros a Ha. exists (Rmin a (1/2)). split.
  - split; [apply Rmin_pos; lra|]. apply Rle_lt_trans with (1/2); [apply Rmin_r | lra].
  - intros e He. pose proof (Rmin_l a (1/2)). lra.
Qed.

(** What is small for ε is small for cε. *)
Lemma eventually_scaled : forall P c, 0 < c -> eventually P -> eventually (fun e => P (c * e)).
Proof.
  intros P c Hc [a [Ha HP]].
  apply (eventually_mono (fun e => e < a / c)).
  - intros e He Hlt. apply HP. split; [apply Rmult_lt_0_compat; lra|].
    apply (Rmult_lt_compat_l c) in Hlt; [|exact Hc].
    replace (c * (a / c)) with a in Hlt by (field; lra). exact Hlt.
  - apply eventually_below. apply Rdiv_lt_0_compat; tauto.
Qed.

Lemma minus_ln_pos : forall e, 0 < e < 1 -> 0 < - ln e.
Proof.
  intros e He. assert (ln e < ln 1) by (apply ln_increasing; lra). rewrite ln_1 in H. lra.
Qed.

Lemma rate_pos : forall l m e, 0 < e < 1 -> 0 < rate l m e.
Proof.
  intros l m e He. unfold rate. apply Rmult_lt_0_compat.
  - unfold Rpower. apply exp_pos.
  - apply pow_lt, minus_ln_pos, He.
Qed.

Lemma minus_ln_large : forall c, eventually (fun e => c <= - ln e).
Proof.
  intro c. apply (eventually_mono (fun e => e < exp (- c))).
  - intros e He H. assert (ln e < ln (exp (- c))) by (apply ln_increasing; lra).
    rewrite ln_exp in H0. lra.
  - apply eventually_below, exp_pos.
Qed.

Lemma rate_scaled : forall l m c, 0 < c ->
  exists C, 0 < C /\ eventually (fun e => rate l m (c * e) <= C * rate l m e).
Proof.
  intros l m c Hc. exists (Rpower c l * 2 ^ pred m). split.
  - apply Rmult_lt_0_compat; [apply exp_pos | apply pow_lt; lra].
  - assert (H : eventually (fun e => - ln c <= - ln e /\ ln c <= - ln e))
      by (apply eventually_and; apply minus_ln_large).
    revert H. apply eventually_mono. intros e He [H1 H2]. unfold rate.
    rewrite <- Rpower_mult_distr by lra. rewrite ln_mult by lra.
    replace (Rpower c l * 2 ^ pred m * (Rpower e l * (- ln e) ^ pred m))
      with (Rpower c l * Rpower e l * (2 * - ln e) ^ pred m) by (rewrite Rpow_mult_distr; ring).
    apply Rmult_le_compat_l.
    + apply Rmult_le_pos; apply Rlt_le, exp_pos.
    + apply pow_incr. lra.
Qed.

Lemma rate_scaled_below : forall l m c, 0 < c ->
  exists C, 0 < C /\ eventually (fun e => C * rate l m e <= rate l m (c * e)).
Proof.
  intros l m c Hc.
  destruct (rate_scaled l m (/ c)) as [C [HC H]]; [apply Rinv_0_lt_compat, Hc|].
  exists (/ C). split; [apply Rinv_0_lt_compat, HC|].
  apply (eventually_scaled _ c Hc) in H. revert H. apply eventually_mono. intros e He H.
  replace (/ c * (c * e)) with e in H by (field; lra).
  apply (Rmult_le_reg_l C); [exact HC|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. exact H.
Qed.

(** A logarithm is smaller than every power. *)
Lemma ln_below_power : forall a e, 0 < a -> 0 < e < 1 -> - ln e <= / a * Rpower e (- a).
Proof.
  intros a e Ha He. unfold Rpower.
  pose proof (minus_ln_pos e He) as L.
  assert (H : 1 + - a * ln e < exp (- a * ln e)).
  { apply exp_ineq1. assert (0 < a * - ln e) by (apply Rmult_lt_0_compat; lra). lra. }
  apply (Rmult_le_reg_l a); [exact Ha|].
  rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. lra.
Qed.

Lemma Rpower_decreasing : forall e x y, 0 < e < 1 -> x <= y -> Rpower e y <= Rpower e x.
Proof.
  intros e x y He H. unfold Rpower.
  pose proof (minus_ln_pos e He).
  assert (y * ln e <= x * ln e) by nra.
  destruct (Rle_lt_or_eq_dec _ _ H1) as [L|E].
  - apply Rlt_le, exp_increasing, L.
  - rewrite E. apply Rle_refl.
Qed.

Lemma logs_below_power : forall k d, 0 < d ->
  exists C, 0 < C /\ forall e, 0 < e < 1 -> (- ln e) ^ k <= C * Rpower e (- d).
Proof.
  intros k d Hd. set (a := d / INR (S k)).
  assert (HS : 0 < INR (S k)) by (apply lt_0_INR; lia).
  assert (Ha : 0 < a) by (apply Rdiv_lt_0_compat; lra).
  exists ((/ a) ^ k). split; [apply pow_lt, Rinv_0_lt_compat, Ha|].
  intros e He.
  apply Rle_trans with ((/ a * Rpower e (- a)) ^ k).
  - apply pow_incr. split; [apply Rlt_le, minus_ln_pos, He | apply ln_below_power; assumption].
  - rewrite Rpow_mult_distr. apply Rmult_le_compat_l.
    + apply pow_le, Rlt_le, Rinv_0_lt_compat, Ha.
    + rewrite <- Rpower_pow by (unfold Rpower; apply exp_pos). rewrite Rpower_mult.
      apply Rpower_decreasing; [exact He|].
      assert (a * INR k <= d).
      { assert (a * INR (S k) = d) by (unfold a; field; lra). rewrite S_INR in H. nra. }
      lra.
Qed.

(** (l', m') is (l, m) or worse. *)
Definition is_below (l' : R) (m' : nat) (l : R) (m : nat) : Prop :=
  l' < l \/ (l' = l /\ (m <= m')%nat).

Lemma rate_below : forall l' m' l m, is_below l' m' l m ->
  exists C, 0 < C /\ eventually (fun e => rate l m e <= C * rate l' m' e).
Proof.
  intros l' m' l m [H|[H1 H2]].
  - destruct (logs_below_power (pred m) (l - l')) as [C [HC HL]]; [lra|].
    exists C. split; [exact HC|].
    apply (eventually_mono (fun e => 1 <= - ln e)); [|apply minus_ln_large].
    intros e He L. unfold rate.
    apply Rle_trans with (Rpower e l * (C * Rpower e (- (l - l')))).
    + apply Rmult_le_compat_l; [apply Rlt_le, exp_pos | apply HL, He].
    + replace (Rpower e l * (C * Rpower e (- (l - l')))) with (C * Rpower e l').
      * apply Rmult_le_compat_l; [lra|].
        rewrite <- (Rmult_1_r (Rpower e l')) at 1.
        apply Rmult_le_compat_l; [apply Rlt_le, exp_pos | apply pow_R1_Rle, L].
      * replace (Rpower e l * (C * Rpower e (- (l - l'))))
          with (C * (Rpower e l * Rpower e (- (l - l')))) by ring.
        rewrite <- Rpower_plus. do 2 f_equal. lra.
  - exists 1. split; [lra|]. apply (eventually_mono (fun e => 1 <= - ln e)); [|apply minus_ln_large].
    intros e He L. subst l'. unfold rate. rewrite Rmult_1_l.
    apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|]. apply Rle_pow; [exact L | lia].
Qed.

(** ** The laws *)

Section Laws.
  Variable V : volume.
  Notation X := (space V).

  (** At least a pole is at least all worse ones. *)
  Theorem order_lower : forall K (W : X -> Prop) l' m' l m,
    is_below l' m' l m -> at_least V K W l m -> at_least V K W l' m'.
  Proof.
    intros K W l' m' l m H [C [HC Hv]]. destruct (rate_below _ _ _ _ H) as [D [HD Hr]].
    exists (C * D). split; [apply Rmult_lt_0_compat; assumption|].
    pose proof (eventually_and _ _ Hv Hr) as Hb. revert Hb. apply eventually_mono.
    intros e He [A B]. apply Rle_trans with (C * rate l m e); [exact A|].
    rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra | exact B].
  Qed.

  Theorem order_upper : forall K (W : X -> Prop) l' m' l m,
    is_below l' m' l m -> at_most V K W l' m' -> at_most V K W l m.
  Proof.
    intros K W l' m' l m H [C [HC Hv]]. destruct (rate_below _ _ _ _ H) as [D [HD Hr]].
    exists (C / D). split; [apply Rdiv_lt_0_compat; assumption|].
    pose proof (eventually_and _ _ Hv Hr) as Hb. revert Hb. apply eventually_mono.
    intros e He [A B]. apply Rle_trans with (C * rate l' m' e); [|exact A].
    unfold Rdiv. rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra|].
    apply (Rmult_le_reg_l D); [exact HD|].
    rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. exact B.
  Qed.

  (** Bounds from both sides never contradict each other. *)
  Theorem bounds_agree : forall K (W : X -> Prop) l m l' m',
    at_least V K W l m -> at_most V K W l' m' -> (1 <= m)%nat -> is_below l m l' m'.
  Proof.
    intros K W l m l' m' [C [HC Hl]] [D [HD Hu]] Hm.
    assert (Hr : eventually (fun e => rate l' m' e <= C / D * rate l m e)).
    { pose proof (eventually_and _ _ Hl Hu) as Hb. revert Hb. apply eventually_mono.
      intros e He [A B]. apply (Rmult_le_reg_l D); [exact HD|].
      replace (D * (C / D * rate l m e)) with (C * rate l m e) by (field; lra). lra. }
    clear Hl Hu. assert (HE : 0 < C / D) by (apply Rdiv_lt_0_compat; assumption).
    set (E := C / D) in *. clearbody E. clear C D HC HD.
    destruct (Rtotal_order l l') as [H|[H|H]]; [left; exact H| |].
    - (* the same λ: then the logarithms decide *)
      subst l'. right. split; [reflexivity|].
      destruct (Nat.le_gt_cases m' m) as [L|L]; [exact L|]. exfalso.
      destruct (eventually_and _ _ Hr (minus_ln_large (E + 1))) as [e0 [He0 H]].
      destruct (H (e0 / 2)) as [A B]; [lra|]. set (e := e0 / 2) in *.
      assert (He : 0 < e < 1) by (unfold e; lra). clearbody e.
      unfold rate in A. replace (pred m') with (pred m + (m' - m))%nat in A by lia.
      rewrite pow_add in A.
      assert (P1 : 0 < Rpower e l * (- ln e) ^ pred m)
        by (apply Rmult_lt_0_compat; [apply exp_pos | apply pow_lt; lra]).
      assert (P2 : - ln e <= (- ln e) ^ (m' - m)).
      { rewrite <- (pow_1 (- ln e)) at 1. apply Rle_pow; [lra | lia]. }
      nra.
    - (* a smaller λ' *)
      exfalso. set (d := (l - l') / 2). assert (Hd : 0 < d) by (unfold d; lra).
      destruct (logs_below_power (pred m) d Hd) as [C [HC HL]].
      destruct (eventually_and _ _ Hr (eventually_and _ _ (minus_ln_large 1)
                  (minus_ln_large (E * C / d)))) as [e0 [He0 H0]].
      destruct (H0 (e0 / 2)) as [A [B B']]; [lra|]. set (e := e0 / 2) in *.
      assert (He : 0 < e < 1) by (unfold e; lra). clearbody e.
      specialize (HL e He). unfold rate in A.
      assert (Q1 : Rpower e l' <= Rpower e l' * (- ln e) ^ pred m').
      { rewrite <- (Rmult_1_r (Rpower e l')) at 1.
        apply Rmult_le_compat_l; [apply Rlt_le, exp_pos | apply pow_R1_Rle, B]. }
      assert (Q2 : Rpower e l * (- ln e) ^ pred m <= C * Rpower e (l - d)).
      { unfold Rminus at 1. rewrite Rpower_plus.
        replace (C * (Rpower e l * Rpower e (- d))) with (Rpower e l * (C * Rpower e (- d))) by ring.
        apply Rmult_le_compat_l; [apply Rlt_le, exp_pos | exact HL]. }
      assert (Q3 : Rpower e l' = Rpower e (l - d) * Rpower e (- d)).
      { rewrite <- Rpower_plus. f_equal. unfold d. lra. }
      assert (Q4 : 0 < Rpower e (l - d)) by apply exp_pos.
      assert (Q5 : Rpower e (- d) <= E * C).
      { apply (Rmult_le_reg_l (Rpower e (l - d))); [exact Q4|]. rewrite <- Q3.
        apply Rle_trans with (E * (Rpower e l * (- ln e) ^ pred m)); [lra|].
        replace (Rpower e (l - d) * (E * C)) with (E * (C * Rpower e (l - d))) by ring.
        apply Rmult_le_compat_l; lra. }
      assert (Q6 : 1 + d * - ln e < Rpower e (- d)).
      { unfold Rpower. replace (- d * ln e) with (d * - ln e) by ring. apply exp_ineq1.
        assert (0 < d * - ln e) by (apply Rmult_lt_0_compat; lra). lra. }
      apply (Rmult_le_compat_l d) in B'; [|lra].
      replace (d * (E * C / d)) with (E * C) in B' by (field; lra). lra.
  Qed.

  (** A smaller region has a better pole. *)
  Theorem region_lower : forall K (W U : X -> Prop) l m,
    (forall x, U x -> W x) -> at_least V K W l m -> at_least V K U l m.
  Proof.
    intros K W U l m H [C [HC Hv]]. exists C. split; [exact HC|]. revert Hv.
    apply eventually_mono. intros e He A. apply Rle_trans with (2 := A).
    apply vol_monotone. intros x [HU Hx]. split; auto.
  Qed.

  Theorem region_upper : forall K (W U : X -> Prop) l m,
    (forall x, U x -> W x) -> at_most V K U l m -> at_most V K W l m.
  Proof.
    intros K W U l m H [C [HC Hv]]. exists C. split; [exact HC|]. revert Hv.
    apply eventually_mono. intros e He A. apply Rle_trans with (1 := A).
    apply vol_monotone. intros x [HU Hx]. split; auto.
  Qed.

  (** Monotony: where F <= c G, the pole of G is at least that of F. With F = ∑ f², G = ∑ g² and
      the f in the ideal of the g, this is the law of inclusion: f = ∑ a g gives ∑ f² <= c ∑ g² on
      a bounded region, by the inequality of Cauchy and Schwarz. *)
  Theorem monotone_lower : forall F G (W : X -> Prop) c l m,
    0 < c -> (forall x, W x -> F x <= c * G x) -> at_least V F W l m -> at_least V G W l m.
  Proof.
    intros F G W c l m Hc H [C [HC Hv]].
    destruct (rate_scaled l m c Hc) as [D [HD Hr]].
    exists (C * D). split; [apply Rmult_lt_0_compat; assumption|].
    apply (eventually_scaled _ c Hc) in Hv.
    pose proof (eventually_and _ _ Hv Hr) as Hb. revert Hb. apply eventually_mono.
    intros e He [A B].
    apply Rle_trans with (vol V (sublevel F W (c * e))).
    - apply vol_monotone. intros x [HW Hx]. split; [exact HW|].
      apply Rle_trans with (c * G x); [apply H, HW|]. apply Rmult_le_compat_l; lra.
    - apply Rle_trans with (1 := A). rewrite Rmult_assoc. apply Rmult_le_compat_l; lra.
  Qed.

  Theorem monotone_upper : forall F G (W : X -> Prop) c l m,
    0 < c -> (forall x, W x -> F x <= c * G x) -> at_most V G W l m -> at_most V F W l m.
  Proof.
    intros F G W c l m Hc H [C [HC Hv]].
    assert (Hi : 0 < / c) by (apply Rinv_0_lt_compat, Hc).
    destruct (rate_scaled_below l m (/ c) Hi) as [D [HD Hr]].
    exists (C * D). split; [apply Rmult_lt_0_compat; assumption|].
    apply (eventually_scaled _ (/ c) Hi) in Hv.
    pose proof (eventually_and _ _ Hv Hr) as Hb. revert Hb. apply eventually_mono.
    intros e He [A B].
    apply Rle_trans with (C * rate l m (/ c * e)).
    - rewrite Rmult_assoc. apply Rmult_le_compat_l; lra.
    - apply Rle_trans with (1 := A). apply vol_monotone. intros x [HW Hx]. split; [exact HW|].
      apply Rle_trans with (c * G x); [apply H, HW|].
      apply (Rmult_le_compat_l c) in Hx; [|lra].
      replace (c * (/ c * e)) with e in Hx by (field; lra). exact Hx.
  Qed.

  (** Unit factors do not change a pole. *)
  Theorem unit_factor : forall K u (W : X -> Prop) a b l m,
    0 < a -> (forall x, W x -> 0 <= K x /\ a <= u x <= b) ->
    (at_least V K W l m <-> at_least V (fun x => u x * K x) W l m) /\
    (at_most V K W l m <-> at_most V (fun x => u x * K x) W l m).
  Proof.
    intros K u W a b l m Ha H.
    assert (H1 : forall x, W x -> K x <= / a * (u x * K x)).
    { intros x HW. destruct (H x HW) as [HK Hu].
      apply (Rmult_le_reg_l a); [exact Ha|].
      rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. nra. }
    assert (H2 : forall x, W x -> u x * K x <= Rmax b 1 * K x).
    { intros x HW. destruct (H x HW) as [HK Hu]. pose proof (Rmax_l b 1). nra. }
    assert (Hb : 0 < Rmax b 1) by (pose proof (Rmax_r b 1); lra).
    assert (Hi : 0 < / a) by (apply Rinv_0_lt_compat, Ha).
    split; split.
    - apply (monotone_lower _ _ W _ l m Hi H1).
    - apply (monotone_lower _ _ W _ l m Hb H2).
    - apply (monotone_upper _ _ W _ l m Hb H2).
    - apply (monotone_upper _ _ W _ l m Hi H1).
  Qed.

  (** Two pieces that have the same bound. *)
  Theorem union_lower : forall K (W U : X -> Prop) l m,
    at_least V K W l m -> at_least V K U l m -> at_least V K (fun x => W x \/ U x) l m.
  Proof.
    intros K W U l m [C [HC Hv]] [D [HD Hw]].
    exists (C + D). split; [lra|].
    pose proof (eventually_and _ _ Hv Hw) as Hb. revert Hb. apply eventually_mono.
    intros e He [A B].
    apply Rle_trans with (vol V (fun x => sublevel K W e x \/ sublevel K U e x)).
    - apply vol_monotone. intros x [[HW|HU] Hx]; [left|right]; split; assumption.
    - apply Rle_trans with (1 := vol_union V _ _). rewrite Rmult_plus_distr_r. lra.
  Qed.

  (** The pieces of a finite cover, each with its own bound: the worst counts. By compactness of
      the fibre over a point this is the law of the charts of a blow-up; with the pieces p ≠ 0 and
      p = 0 it is that of a split. *)
  Theorem cover_lower : forall K (W : X -> Prop) (pieces : list ((X -> Prop) * (R * nat))) l m,
    pieces <> [] ->
    (forall x, W x -> exists p, In p pieces /\ fst p x) ->
    (forall p, In p pieces -> at_least V K (fst p) (fst (snd p)) (snd (snd p))) ->
    (forall p, In p pieces -> is_below l m (fst (snd p)) (snd (snd p))) ->
    at_least V K W l m.
  Proof.
    intros K W pieces l m Hne Hcover Hbound Hbelow.
    apply (region_lower K (fun x => exists p, In p pieces /\ fst p x)); [exact Hcover|].
    clear Hcover. induction pieces as [|p pieces IH]; [congruence|].
    assert (Hp : at_least V K (fst p) l m).
    { apply (order_lower _ _ _ _ (fst (snd p)) (snd (snd p))).
      - apply Hbelow. left. reflexivity.
      - apply Hbound. left. reflexivity. }
    destruct pieces as [|q pieces].
    - apply (region_lower K (fst p)); [|exact Hp]. intros x [r [[E|[]] Hx]]. subst r. exact Hx.
    - apply (region_lower K
               (fun x => fst p x \/ exists r, In r (q :: pieces) /\ fst r x)).
      + intros x [r [[E|Hr] Hx]]; [left; subst r; exact Hx | right; exists r; auto].
      + apply union_lower; [exact Hp|]. apply IH; [discriminate| |].
        * intros r Hr. apply Hbound. right. exact Hr.
        * intros r Hr. apply Hbelow. right. exact Hr.
  Qed.

  (** … and one piece gives a bound from the other side: [region_upper]. *)

  Theorem split_lower : forall K p (W : X -> Prop) l m l' m' l0 m0,
    at_least V K (fun x => W x /\ p x <> 0) l m ->
    at_least V K (fun x => W x /\ p x = 0) l' m' ->
    is_below l0 m0 l m -> is_below l0 m0 l' m' -> at_least V K W l0 m0.
  Proof.
    intros K p W l m l' m' l0 m0 H1 H2 B1 B2.
    apply (cover_lower K W [(fun x => W x /\ p x <> 0, (l, m)); (fun x => W x /\ p x = 0, (l', m'))]).
    - discriminate.
    - intros x HW. destruct (Req_dec (p x) 0) as [Z|Z].
      + exists (fun x => W x /\ p x = 0, (l', m')). split; [right; left; reflexivity|]. split; auto.
      + exists (fun x => W x /\ p x <> 0, (l, m)). split; [left; reflexivity|]. split; auto.
    - intros q [E|[E|[]]]; subst q; assumption.
    - intros q [E|[E|[]]]; subst q; assumption.
  Qed.
End Laws.

(** ** Disjoint variables *)

(** A volume on pairs for which a rectangle has the product of the volumes of its sides. *)
Record product_volume (V W : volume) := {
  pairs_vol : (space V * space W -> Prop) -> R;
  pairs_nonnegative : forall A, 0 <= pairs_vol A;
  pairs_monotone : forall A B : space V * space W -> Prop,
    (forall x, A x -> B x) -> pairs_vol A <= pairs_vol B;
  pairs_union : forall A B : space V * space W -> Prop,
    pairs_vol (fun x => A x \/ B x) <= pairs_vol A + pairs_vol B;
  pairs_rectangle : forall A B,
    pairs_vol (fun x => A (fst x) /\ B (snd x)) = vol V A * vol W B
}.

Definition pairs {V W : volume} (P : product_volume V W) : volume :=
  Build_volume (space V * space W) (pairs_vol V W P) (pairs_nonnegative V W P)
    (pairs_monotone V W P) (pairs_union V W P).

Lemma rate_product : forall l m l' m' e, (1 <= m)%nat -> (1 <= m')%nat ->
  rate (l + l') (m + m' - 1) e = rate l m e * rate l' m' e.
Proof.
  intros l m l' m' e Hm Hm'. unfold rate. rewrite Rpower_plus.
  replace (pred (m + m' - 1)) with (pred m + pred m')%nat by lia. rewrite pow_add. ring.
Qed.

Section Products.
  Variables (V W : volume) (P : product_volume V W).
  Variables (F : space V -> R) (G : space W -> R) (A : space V -> Prop) (B : space W -> Prop).

  Definition rectangle : space (pairs P) -> Prop := fun x => A (fst x) /\ B (snd x).

  (** add: of a sum in disjoint variables λ and λ' add up. *)
  Theorem add_lower : forall l m l' m', (1 <= m)%nat -> (1 <= m')%nat ->
    (forall x, A x -> 0 <= F x) -> (forall y, B y -> 0 <= G y) ->
    at_least V F A l m -> at_least W G B l' m' ->
    at_least (pairs P) (fun x => F (fst x) + G (snd x)) rectangle (l + l') (m + m' - 1).
  Proof.
    intros l m l' m' Hm Hm' HF HG [C [HC Hv]] [D [HD Hw]].
    exists (C * D). split; [apply Rmult_lt_0_compat; assumption|].
    pose proof (eventually_and _ _ Hv Hw) as Hb. revert Hb. apply eventually_mono.
    intros e He [Hf Hg]. rewrite rate_product by assumption.
    apply Rle_trans with (pairs_vol V W P (fun x => sublevel F A e (fst x) /\ sublevel G B e (snd x))).
    - apply pairs_monotone. intros x [[HA HB] Hx].
      specialize (HF _ HA). specialize (HG _ HB). simpl in Hx.
      split; (split; [assumption | lra]).
    - rewrite pairs_rectangle.
      replace (C * D * (rate l m e * rate l' m' e))
        with ((C * rate l m e) * (D * rate l' m' e)) by ring.
      apply Rmult_le_compat; try apply vol_nonnegative; assumption.
  Qed.

  Theorem add_upper : forall l m l' m', (1 <= m)%nat -> (1 <= m')%nat ->
    at_most V F A l m -> at_most W G B l' m' ->
    at_most (pairs P) (fun x => F (fst x) + G (snd x)) rectangle (l + l') (m + m' - 1).
  Proof.
    intros l m l' m' Hm Hm' [C [HC Hv]] [D [HD Hw]].
    assert (Hh : 0 < / 2) by lra.
    destruct (rate_scaled_below (l + l') (m + m' - 1) (/ 2) Hh) as [E [HE Hr]].
    exists (C * D * E). split; [repeat apply Rmult_lt_0_compat; assumption|].
    apply (eventually_scaled _ (/ 2) Hh) in Hv. apply (eventually_scaled _ (/ 2) Hh) in Hw.
    pose proof (eventually_and _ _ Hr (eventually_and _ _ Hv Hw)) as Hb. revert Hb.
    apply eventually_mono. intros e He [Hs [Hf Hg]].
    apply Rle_trans with (C * D * rate (l + l') (m + m' - 1) (/ 2 * e)).
    - rewrite Rmult_assoc. apply Rmult_le_compat_l; [|exact Hs].
      apply Rlt_le, Rmult_lt_0_compat; assumption.
    - rewrite rate_product by assumption.
      apply Rle_trans with
        (pairs_vol V W P (fun x => sublevel F A (/ 2 * e) (fst x) /\ sublevel G B (/ 2 * e) (snd x))).
      + rewrite pairs_rectangle.
        replace (C * D * (rate l m (/ 2 * e) * rate l' m' (/ 2 * e)))
          with ((C * rate l m (/ 2 * e)) * (D * rate l' m' (/ 2 * e))) by ring.
        assert (Hhalf : 0 < / 2 * e < 1) by lra.
        apply Rmult_le_compat; try assumption;
          apply Rmult_le_pos; try lra; apply Rlt_le, rate_pos, Hhalf.
      + apply pairs_monotone. intros x [[HA Hx] [HB Hy]]. split; [split; assumption|]. lra.
  Qed.
End Products.

(** ** Products in disjoint variables: by powers of 2 *)

Fixpoint added (f : nat -> R) (n : nat) : R :=
  match n with O => 0 | S n => added f n + f n end.

Lemma added_le : forall f g n, (forall j, (j < n)%nat -> f j <= g j) -> added f n <= added g n.
Proof.
  intros f g n. induction n as [|n IH]; intro H; simpl; [lra|].
  assert (added f n <= added g n) by (apply IH; intros; apply H; lia).
  assert (f n <= g n) by (apply H; lia). lra.
Qed.

Lemma added_constant : forall c n, added (fun _ => c) n = INR n * c.
Proof. intros c n. induction n as [|n IH]; [simpl; ring|]. rewrite S_INR. simpl. rewrite IH. ring. Qed.

Lemma added_geometric : forall c r n, 1 < r -> 0 <= c ->
  added (fun j => c * r ^ j) n <= c * (r ^ n / (r - 1)).
Proof.
  intros c r n Hr Hc.
  assert (E : added (fun j => c * r ^ j) n = c * ((r ^ n - 1) / (r - 1))).
  { induction n as [|n IH]; simpl; [field; lra|]. rewrite IH. field. lra. }
  rewrite E. apply Rmult_le_compat_l; [exact Hc|]. unfold Rdiv.
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra | lra].
Qed.

Lemma volume_of_pieces : forall V (L : space V -> Prop) (S : nat -> space V -> Prop) n,
  vol V (fun x => L x \/ exists j, (j < n)%nat /\ S j x)
  <= vol V L + added (fun j => vol V (S j)) n.
Proof.
  intros V L S n. induction n as [|n IH]; simpl.
  - rewrite Rplus_0_r. apply vol_monotone. intros x [H|[j [Hj _]]]; [exact H | lia].
  - apply Rle_trans with
      (vol V (fun x => (L x \/ exists j, (j < n)%nat /\ S j x) \/ S n x)).
    + apply vol_monotone. intros x [H|[j [Hj H]]]; [auto|].
      destruct (Nat.eq_dec j n) as [E|E]; [subst j; auto|].
      left. right. exists j. split; [lia | exact H].
    + apply Rle_trans with (1 := vol_union V _ _). lra.
Qed.

Lemma below_power_of_two : forall n, INR n < 2 ^ n.
Proof.
  induction n as [|n IH]; [simpl; lra|]. rewrite S_INR. simpl.
  assert (1 <= 2 ^ n) by (apply pow_R1_Rle; lra). lra.
Qed.

Lemma powers_reach : forall e, 0 < e < 1 -> exists J, 2 ^ J * e <= 1 < 2 ^ S J * e.
Proof.
  intros e He.
  assert (H : exists n, 1 < 2 ^ n * e).
  { destruct (archimed (/ e)) as [Ha _].
    assert (Hp : 0 < / e) by (apply Rinv_0_lt_compat; lra).
    exists (Z.to_nat (up (/ e))). pose proof (below_power_of_two (Z.to_nat (up (/ e)))) as B.
    rewrite INR_IZR_INZ, Z2Nat.id in B by (apply le_IZR; lra).
    apply (Rmult_lt_reg_r (/ e)); [exact Hp|].
    rewrite Rmult_assoc, Rinv_r, Rmult_1_r, Rmult_1_l by lra. lra. }
  destruct H as [n H]. induction n as [|n IH]; [simpl in H; lra|].
  destruct (Rlt_dec 1 (2 ^ n * e)) as [L|L]; [auto|]. exists n. split; [lra | exact H].
Qed.

(** A bound for all ε up to 1, not for small ones alone. *)
Lemma everywhere_lower : forall V K (W : space V -> Prop) l m, 0 <= l -> at_least V K W l m ->
  exists C, 0 < C /\ forall t, 0 < t <= 1 ->
    vol V (sublevel K W t) <= C * (Rpower t l * (1 - ln t) ^ pred m).
Proof.
  intros V K W l m Hl [C [HC [e0 [He0 H]]]].
  set (M := vol V (sublevel K W 1)). assert (HM : 0 <= M) by apply vol_nonnegative.
  assert (HE : 0 < Rpower e0 l) by apply exp_pos.
  assert (HD : 0 < (M + 1) / Rpower e0 l) by (apply Rdiv_lt_0_compat; lra).
  exists (C + (M + 1) / Rpower e0 l). split; [lra|]. intros t Ht.
  assert (L : 0 <= - ln t).
  { destruct (Req_dec t 1) as [E|E]; [subst t; rewrite ln_1; lra|].
    apply Rlt_le, minus_ln_pos. lra. }
  assert (HT : 0 < Rpower t l) by apply exp_pos.
  assert (HL : 1 <= (1 - ln t) ^ pred m) by (apply pow_R1_Rle; lra).
  destruct (Rlt_dec t e0) as [S|S].
  - apply Rle_trans with (C * rate l m t); [apply H; lra|]. unfold rate.
    apply Rle_trans with (C * (Rpower t l * (1 - ln t) ^ pred m)).
    + apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; [lra|]. apply pow_incr. lra.
    + apply Rmult_le_compat_r; [apply Rmult_le_pos; lra | lra].
  - apply Rle_trans with M.
    { apply vol_monotone. intros x [HW Hx]. split; [exact HW | lra]. }
    apply Rle_trans with ((M + 1) / Rpower e0 l * (Rpower t l * (1 - ln t) ^ pred m)).
    + assert (HP : Rpower e0 l <= Rpower t l).
      { unfold Rpower. assert (ln e0 <= ln t).
        { destruct (Req_dec e0 t) as [E|E]; [rewrite E; lra|]. apply Rlt_le, ln_increasing; lra. }
        destruct (Rle_lt_or_eq_dec (l * ln e0) (l * ln t)) as [Q|Q]; [nra| |].
        - apply Rlt_le, exp_increasing, Q.
        - rewrite Q. lra. }
      apply Rle_trans with ((M + 1) / Rpower e0 l * (Rpower e0 l * 1)).
      * replace ((M + 1) / Rpower e0 l * (Rpower e0 l * 1)) with (M + 1) by (field; lra). lra.
      * apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat; lra.
    + apply Rmult_le_compat_r; [apply Rmult_le_pos; lra | lra].
Qed.

Section Combine.
  Variables (V W : volume) (P : product_volume V W).
  Variables (F : space V -> R) (G : space W -> R) (A : space V -> Prop) (B : space W -> Prop).
  Hypothesis F_between : forall x, A x -> 0 <= F x <= 1.
  Hypothesis G_nonnegative : forall y, B y -> 0 <= G y.

  Let product : space (pairs P) -> R := fun x => F (fst x) * G (snd x).

  (** Where F G <= ε, F is between two powers of 2 and G below the quotient. *)
  Lemma product_pieces : forall e J, 0 < e ->
    vol (pairs P) (sublevel product (rectangle V W P A B) e)
    <= vol V (sublevel F A (/ 2 ^ J)) * vol W B
       + added (fun j => vol V (sublevel F A (/ 2 ^ j)) * vol W (sublevel G B (e * 2 ^ S j))) J.
  Proof.
    intros e J He.
    set (last := fun x : space (pairs P) => sublevel F A (/ 2 ^ J) (fst x) /\ B (snd x)).
    set (piece := fun j (x : space (pairs P)) =>
                    sublevel F A (/ 2 ^ j) (fst x) /\ sublevel G B (e * 2 ^ S j) (snd x)).
    apply Rle_trans with (vol (pairs P) (fun x => last x \/ exists j, (j < J)%nat /\ piece j x)).
    - apply vol_monotone. intros x [[HA HB] Hx]. unfold product in Hx.
      destruct (F_between _ HA) as [F0 F1]. specialize (G_nonnegative _ HB).
      unfold last, piece. induction J as [|J IH].
      + left. split; [split; [exact HA|] | exact HB]. simpl. rewrite Rinv_1. exact F1.
      + destruct IH as [[[_ H] _]|[j [Hj H]]].
        * destruct (Rle_dec (F (fst x)) (/ 2 ^ S J)) as [L|L].
          -- left. split; [split; assumption | exact HB].
          -- right. exists J. split; [lia|]. split; [split; assumption|]. split; [exact HB|].
             apply Rnot_le_lt in L.
             assert (Hp : 0 < 2 ^ S J) by (apply pow_lt; lra).
             assert (Hq : 1 < F (fst x) * 2 ^ S J).
             { apply (Rmult_lt_compat_r (2 ^ S J)) in L; [|exact Hp].
               rewrite Rinv_l in L by lra. exact L. }
             assert (G (snd x) <= F (fst x) * G (snd x) * 2 ^ S J) by nra.
             assert (F (fst x) * G (snd x) * 2 ^ S J <= e * 2 ^ S J)
               by (apply Rmult_le_compat_r; lra).
             lra.
        * right. exists j. split; [lia | exact H].
    - apply Rle_trans with (1 := volume_of_pieces (pairs P) last piece J).
      apply Rplus_le_compat.
      + apply Req_le. exact (pairs_rectangle V W P (sublevel F A (/ 2 ^ J)) B).
      + apply added_le. intros j _. apply Req_le.
        exact (pairs_rectangle V W P (sublevel F A (/ 2 ^ j)) (sublevel G B (e * 2 ^ S j))).
  Qed.

  Lemma ln_power : forall j, ln (2 ^ j) = INR j * ln 2.
  Proof. intro j. rewrite ln_pow by lra. reflexivity. Qed.

  Lemma power_of_inverse : forall j l, Rpower (/ 2 ^ j) l = exp (- (l * INR j * ln 2)).
  Proof.
    intros j l. unfold Rpower. rewrite ln_Rinv by (apply pow_lt; lra). rewrite ln_power.
    f_equal. ring.
  Qed.

  Lemma ln2 : 0 < ln 2.
  Proof. rewrite <- ln_1. apply ln_increasing; lra. Qed.

  (** For j up to J, with ε 2^J <= 1. *)
  Lemma logs_up_to : forall e J j, 0 < e < 1 -> 2 ^ J * e <= 1 -> (j <= J)%nat ->
    INR j * ln 2 <= - ln e.
  Proof.
    intros e J j He HJ Hj.
    assert (HP : 0 < 2 ^ J) by (apply pow_lt; lra).
    assert (L : ln (2 ^ J * e) <= 0).
    { destruct (Req_dec (2 ^ J * e) 1) as [E|E]; [rewrite E, ln_1; lra|].
      rewrite <- ln_1. apply Rlt_le, ln_increasing; [|lra].
      apply Rmult_lt_0_compat; lra. }
    rewrite ln_mult, ln_power in L by lra.
    assert (INR j <= INR J) by (apply le_INR, Hj). pose proof ln2. nra.
  Qed.

  Section Bounds.
    Variables (l l' : R) (m m' : nat) (C D : R).
    Hypothesis l_pos : 0 <= l.
    Hypothesis l'_pos : 0 <= l'.
    Hypothesis C_pos : 0 < C.
    Hypothesis D_pos : 0 < D.
    Hypothesis HF : forall t, 0 < t <= 1 ->
      vol V (sublevel F A t) <= C * (Rpower t l * (1 - ln t) ^ pred m).
    Hypothesis HG : forall t, 0 < t <= 1 ->
      vol W (sublevel G B t) <= D * (Rpower t l' * (1 - ln t) ^ pred m').

    Lemma powers_of_two_le : forall i j, (i <= j)%nat -> 2 ^ i <= 2 ^ j.
    Proof. intros. apply Rle_pow; [lra | assumption]. Qed.

    Lemma last_bound : forall e J, 0 < e < 1 -> 2 ^ J * e <= 1 < 2 ^ S J * e ->
      vol V (sublevel F A (/ 2 ^ J))
      <= C * (Rpower 2 l * Rpower e l * (1 - ln e) ^ pred m).
    Proof.
      intros e J He [HJ1 HJ2].
      assert (HP : 1 <= 2 ^ J) by (apply pow_R1_Rle; lra).
      assert (Ht : 0 < / 2 ^ J <= 1).
      { split; [apply Rinv_0_lt_compat; lra|]. rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
      apply Rle_trans with (1 := HF _ Ht). apply Rmult_le_compat_l; [lra|].
      assert (L : ln (/ 2 ^ J) = - (INR J * ln 2)).
      { rewrite ln_Rinv by lra. rewrite ln_power. reflexivity. }
      pose proof (logs_up_to e J J He HJ1 (Nat.le_refl J)) as HL.
      assert (0 <= INR J * ln 2) by (apply Rmult_le_pos; [apply pos_INR | apply Rlt_le, ln2]).
      apply Rmult_le_compat.
      - apply Rlt_le, exp_pos.
      - apply pow_le. lra.
      - rewrite Rpower_mult_distr by lra. apply Rle_Rpower_l; [exact l_pos|]. split; [lra|].
        apply (Rmult_le_reg_l (2 ^ J)); [lra|]. rewrite Rinv_r by lra. simpl in HJ2. lra.
      - apply pow_incr. lra.
    Qed.

    Lemma piece_bound : forall e J j, 0 < e < 1 -> 2 ^ J * e <= 1 -> (j < J)%nat ->
      vol V (sublevel F A (/ 2 ^ j)) * vol W (sublevel G B (e * 2 ^ S j))
      <= C * D * (1 - ln e) ^ (pred m + pred m') * (Rpower 2 l' * Rpower e l')
         * Rpower 2 (l' - l) ^ j.
    Proof.
      intros e J j He HJ Hj.
      assert (HP : 1 <= 2 ^ j) by (apply pow_R1_Rle; lra).
      assert (HPS : 1 <= 2 ^ S j) by (apply pow_R1_Rle; lra).
      assert (Ht : 0 < / 2 ^ j <= 1).
      { split; [apply Rinv_0_lt_compat; lra|]. rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
      assert (Hs : 0 < e * 2 ^ S j <= 1).
      { split; [apply Rmult_lt_0_compat; lra|].
        apply Rle_trans with (2 ^ J * e); [|exact HJ]. rewrite (Rmult_comm e).
        apply Rmult_le_compat_r; [lra | apply powers_of_two_le; lia]. }
      pose proof (logs_up_to e J j He HJ ltac:(lia)) as L1.
      pose proof (minus_ln_pos e He) as Le.
      assert (Lj : 0 <= INR j * ln 2)
        by (apply Rmult_le_pos; [apply pos_INR | apply Rlt_le, ln2]).
      assert (LS : 0 <= ln (2 ^ S j)).
      { rewrite ln_power. apply Rmult_le_pos; [apply pos_INR | apply Rlt_le, ln2]. }
      assert (B1 : vol V (sublevel F A (/ 2 ^ j))
                   <= C * (Rpower (/ 2 ^ j) l * (1 - ln e) ^ pred m)).
      { apply Rle_trans with (1 := HF _ Ht). apply Rmult_le_compat_l; [lra|].
        apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|]. apply pow_incr.
        rewrite ln_Rinv, ln_power by lra. lra. }
      assert (Lt : ln (e * 2 ^ S j) <= 0).
      { destruct (Req_dec (e * 2 ^ S j) 1) as [E|E]; [rewrite E, ln_1; lra|].
        rewrite <- ln_1. apply Rlt_le, ln_increasing; lra. }
      assert (B2 : vol W (sublevel G B (e * 2 ^ S j))
                   <= D * (Rpower (e * 2 ^ S j) l' * (1 - ln e) ^ pred m')).
      { apply Rle_trans with (1 := HG _ Hs). apply Rmult_le_compat_l; [lra|].
        apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|]. apply pow_incr.
        split; [lra|]. rewrite ln_mult by lra. lra. }
      assert (E : Rpower (/ 2 ^ j) l * Rpower (e * 2 ^ S j) l'
                  = Rpower 2 l' * Rpower e l' * Rpower 2 (l' - l) ^ j).
      { rewrite power_of_inverse. rewrite <- Rpower_mult_distr by lra.
        rewrite <- (Rpower_pow j (Rpower 2 (l' - l))) by apply exp_pos.
        rewrite Rpower_mult. unfold Rpower. rewrite (ln_power (S j)), S_INR. rewrite <- !exp_plus. f_equal. ring. }
      apply Rle_trans with
        ((C * (Rpower (/ 2 ^ j) l * (1 - ln e) ^ pred m))
         * (D * (Rpower (e * 2 ^ S j) l' * (1 - ln e) ^ pred m'))).
      - apply Rmult_le_compat; try apply vol_nonnegative; assumption.
      - rewrite pow_add. apply Req_le.
        replace (C * (Rpower (/ 2 ^ j) l * (1 - ln e) ^ pred m)
                 * (D * (Rpower (e * 2 ^ S j) l' * (1 - ln e) ^ pred m')))
          with (C * D * ((1 - ln e) ^ pred m * (1 - ln e) ^ pred m')
                * (Rpower (/ 2 ^ j) l * Rpower (e * 2 ^ S j) l')) by ring.
        rewrite E. ring.
    Qed.
  End Bounds.

  Lemma two_logs : forall e n, 1 <= - ln e -> (1 - ln e) ^ n <= 2 ^ n * (- ln e) ^ n.
  Proof. intros e n L. rewrite <- Rpow_mult_distr. apply pow_incr. lra. Qed.

  (** combine, where both λ agree: the orders add up. *)
  Theorem combine_lower_equal : forall l m m', (1 <= m)%nat -> (1 <= m')%nat -> 0 <= l ->
    at_least V F A l m -> at_least W G B l m' ->
    at_least (pairs P) product (rectangle V W P A B) l (m + m').
  Proof.
    intros l m m' Hm Hm' Hl H1 H2.
    destruct (everywhere_lower V F A l m Hl H1) as [C [HC HF]].
    destruct (everywhere_lower W G B l m' Hl H2) as [D [HD HG]].
    set (b := vol W B). assert (Hb : 0 <= b) by apply vol_nonnegative.
    pose proof ln2 as H2'.
    set (n := pred (m + m')).
    assert (HT : 0 < Rpower 2 l) by apply exp_pos.
    set (E := C * b + C * D / ln 2).
    assert (HE : 0 < E).
    { assert (0 < C * D / ln 2) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat|]; assumption).
      assert (0 <= C * b) by (apply Rmult_le_pos; lra). unfold E. lra. }
    exists (Rpower 2 l * 2 ^ n * E). split.
    { apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [exact HT | apply pow_lt; lra] | exact HE]. }
    apply (eventually_mono (fun e => 1 <= - ln e)); [|apply minus_ln_large].
    intros e He L. destruct (powers_reach e He) as [J HJ].
    apply Rle_trans with (1 := product_pieces e J (proj1 He)).
    assert (He' : 0 < Rpower e l) by apply exp_pos.
    assert (Q0 : 0 <= Rpower 2 l * Rpower e l) by (apply Rmult_le_pos; lra).
    set (R2 := Rpower 2 l * Rpower e l) in *.
    (* the last piece *)
    assert (B1 : vol V (sublevel F A (/ 2 ^ J)) * b <= R2 * ((1 - ln e) ^ n * (C * b))).
    { apply Rle_trans with (C * (R2 * (1 - ln e) ^ pred m) * b).
      - apply Rmult_le_compat_r; [exact Hb|].
        exact (last_bound l m C Hl HC HF e J He HJ).
      - replace (C * (R2 * (1 - ln e) ^ pred m) * b) with (R2 * ((1 - ln e) ^ pred m * (C * b)))
          by ring.
        apply Rmult_le_compat_l; [exact Q0|].
        apply Rmult_le_compat_r; [apply Rmult_le_pos; lra|]. apply Rle_pow; [lra | unfold n; lia]. }
    (* the others *)
    assert (B2 : added (fun j => vol V (sublevel F A (/ 2 ^ j)) * vol W (sublevel G B (e * 2 ^ S j))) J
                 <= R2 * ((1 - ln e) ^ n * (C * D / ln 2))).
    { apply Rle_trans with (added (fun _ => C * D * (1 - ln e) ^ (pred m + pred m') * R2) J).
      - apply added_le. intros j Hj.
        apply Rle_trans with (1 := piece_bound l l m m' C D HC HD HF HG e J j He (proj1 HJ) Hj).
        replace (l - l) with 0 by ring. rewrite (Rpower_O 2) by lra. rewrite pow1.
        unfold R2. lra.
      - rewrite added_constant.
        pose proof (logs_up_to e J J He (proj1 HJ) (Nat.le_refl J)) as HL.
        assert (HJ' : INR J <= (1 - ln e) / ln 2).
        { apply (Rmult_le_reg_r (ln 2)); [exact H2'|]. unfold Rdiv.
          rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra. }
        assert (HQ : 0 <= C * D * (1 - ln e) ^ (pred m + pred m') * R2).
        { apply Rmult_le_pos; [|exact Q0]. apply Rmult_le_pos; [apply Rmult_le_pos; lra|].
          apply pow_le. lra. }
        apply Rle_trans with ((1 - ln e) / ln 2 * (C * D * (1 - ln e) ^ (pred m + pred m') * R2)).
        + apply Rmult_le_compat_r; [exact HQ | exact HJ'].
        + replace n with (S (pred m + pred m')) by (unfold n; lia). simpl pow.
          apply Req_le. field. lra. }
    fold b. apply Rle_trans with (R2 * ((1 - ln e) ^ n * E)).
    { unfold E. replace (R2 * ((1 - ln e) ^ n * (C * b + C * D / ln 2)))
        with (R2 * ((1 - ln e) ^ n * (C * b)) + R2 * ((1 - ln e) ^ n * (C * D / ln 2))) by ring.
      lra. }
    unfold rate. fold n. unfold R2.
    replace (Rpower 2 l * 2 ^ n * E * (Rpower e l * (- ln e) ^ n))
      with (Rpower 2 l * Rpower e l * (2 ^ n * (- ln e) ^ n * E)) by ring.
    apply Rmult_le_compat_l; [exact Q0|]. apply Rmult_le_compat_r; [lra | apply two_logs, L].
  Qed.

  (** combine, where F has the smaller λ: it counts alone. *)
  Theorem combine_lower : forall l m l' m', (1 <= m)%nat -> 0 <= l -> l < l' ->
    at_least V F A l m -> at_least W G B l' m' ->
    at_least (pairs P) product (rectangle V W P A B) l m.
  Proof.
    intros l m l' m' Hm Hl Hlt H1 H2.
    set (k := (l + l') / 2). assert (Hk : l < k < l') by (unfold k; lra).
    apply (order_lower W G B k 1) in H2; [|left; lra].
    destruct (everywhere_lower V F A l m Hl H1) as [C [HC HF]].
    destruct (everywhere_lower W G B k 1 ltac:(lra) H2) as [D [HD HG]].
    set (b := vol W B). assert (Hb : 0 <= b) by apply vol_nonnegative.
    set (r := Rpower 2 (k - l)).
    assert (Hr : 1 < r).
    { unfold r, Rpower. rewrite <- exp_0. apply exp_increasing.
      apply Rmult_lt_0_compat; [lra | apply ln2]. }
    set (n := pred m).
    set (E := Rpower 2 l * (C * b) + C * D * Rpower 2 k / (r - 1)).
    assert (HTl : 0 < Rpower 2 l) by apply exp_pos.
    assert (HTk : 0 < Rpower 2 k) by apply exp_pos.
    assert (HE : 0 < E).
    { assert (0 < C * D * Rpower 2 k / (r - 1)).
      { apply Rdiv_lt_0_compat; [|lra]. repeat apply Rmult_lt_0_compat; assumption. }
      assert (0 <= Rpower 2 l * (C * b)) by (apply Rmult_le_pos; [lra | apply Rmult_le_pos; lra]).
      unfold E. lra. }
    exists (2 ^ n * E). split; [apply Rmult_lt_0_compat; [apply pow_lt; lra | exact HE]|].
    apply (eventually_mono (fun e => 1 <= - ln e)); [|apply minus_ln_large].
    intros e He L. destruct (powers_reach e He) as [J HJ].
    apply Rle_trans with (1 := product_pieces e J (proj1 He)).
    assert (He' : 0 < Rpower e l) by apply exp_pos.
    assert (HL0 : 0 <= (1 - ln e) ^ n) by (apply pow_le; lra).
    assert (B1 : vol V (sublevel F A (/ 2 ^ J)) * b
                 <= Rpower e l * ((1 - ln e) ^ n * (Rpower 2 l * (C * b)))).
    { apply Rle_trans with (C * (Rpower 2 l * Rpower e l * (1 - ln e) ^ n) * b).
      - apply Rmult_le_compat_r; [exact Hb|]. exact (last_bound l m C Hl HC HF e J He HJ).
      - apply Req_le. ring. }
    assert (B2 : added (fun j => vol V (sublevel F A (/ 2 ^ j)) * vol W (sublevel G B (e * 2 ^ S j))) J
                 <= Rpower e l * ((1 - ln e) ^ n * (C * D * Rpower 2 k / (r - 1)))).
    { set (c := C * D * (1 - ln e) ^ n * (Rpower 2 k * Rpower e k)).
      assert (Hc : 0 <= c).
      { unfold c. apply Rmult_le_pos; [apply Rmult_le_pos; [apply Rmult_le_pos; lra | exact HL0]|].
        apply Rmult_le_pos; [lra | apply Rlt_le, exp_pos]. }
      apply Rle_trans with (added (fun j => c * r ^ j) J).
      - apply added_le. intros j Hj.
        apply Rle_trans with (1 := piece_bound l k m 1 C D HC HD HF HG e J j He (proj1 HJ) Hj).
        simpl pred. rewrite Nat.add_0_r. fold n r c. lra.
      - apply Rle_trans with (1 := added_geometric c r J Hr Hc).
        assert (HrJ : r ^ J <= Rpower e (- (k - l))).
        { rewrite <- Rpower_pow by lra. unfold r. rewrite Rpower_mult. unfold Rpower.
          pose proof (logs_up_to e J J He (proj1 HJ) (Nat.le_refl J)) as HL.
          assert (Q : (k - l) * INR J * ln 2 <= - (k - l) * ln e) by nra.
          destruct (Rle_lt_or_eq_dec _ _ Q) as [Q'|Q'];
            [apply Rlt_le, exp_increasing, Q' | rewrite Q'; lra]. }
        assert (Hi : 0 < / (r - 1)) by (apply Rinv_0_lt_compat; lra).
        apply Rle_trans with (c * (Rpower e (- (k - l)) / (r - 1))).
        + apply Rmult_le_compat_l; [exact Hc|]. unfold Rdiv. apply Rmult_le_compat_r; lra.
        + assert (Hek : Rpower e k * Rpower e (- (k - l)) = Rpower e l)
            by (rewrite <- Rpower_plus; f_equal; lra).
          unfold c. rewrite <- Hek. apply Req_le. unfold Rdiv. ring. }
    fold b. unfold rate. fold n.
    apply Rle_trans with (Rpower e l * ((1 - ln e) ^ n * E)).
    { unfold E. rewrite !Rmult_plus_distr_l. lra. }
    replace (2 ^ n * E * (Rpower e l * (- ln e) ^ n))
      with (Rpower e l * (2 ^ n * (- ln e) ^ n * E)) by ring.
    apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_r; [lra | apply two_logs, L].
  Qed.
End Combine.
