(** Products in disjoint variables (combine), from above.

    [combine_lower_equal] and [combine_lower] in Volume.v bound the volume where F(x) G(y) <= ε from
    above. Here it is bounded from below: for equal λ > 0 the pole of the product is at most
    (λ, m + m'), and otherwise it is at most that of the smaller λ. Together they say that the pole
    of the product is the combination of the two poles. (For λ = 0 and equal, orders do not add up:
    both volumes can be constant, and then that of the product is.)

    For equal λ one has to add up volumes of disjoint pieces. So the sublevels of G, as sets of
    pairs, must be measurable in the sense of Carathéodory: such a set cuts every other one into two
    parts whose volumes add up to that of the whole. Of an additive volume all sets are so. The
    outer measure of Lebesgue on a bounded region is a volume as well, defined for all sets, and for
    it this holds of all Borel sets and so of the sublevels of a continuous G. *)

From Coq Require Import Reals Lra Lia.
From RLCT Require Import Volume.
Local Open Scope R_scope.

(** ** Measurable sets *)

Definition measurable (V : volume) (S : space V -> Prop) : Prop :=
  forall T : space V -> Prop,
    vol V (fun x => T x /\ S x) + vol V (fun x => T x /\ ~ S x) <= vol V T.

(** Volumes of disjoint sets add up. *)
Definition additive (V : volume) : Prop :=
  forall A B : space V -> Prop, (forall x, A x -> ~ B x) ->
    vol V A + vol V B <= vol V (fun x => A x \/ B x).

Lemma additive_measurable : forall V, additive V -> forall S, measurable V S.
Proof.
  intros V H S T.
  apply Rle_trans with (vol V (fun x => (T x /\ S x) \/ (T x /\ ~ S x))).
  - apply H. intros x [_ HS] [_ HN]. exact (HN HS).
  - apply vol_monotone. intros x [[HT _]|[HT _]]; exact HT.
Qed.

(** ** Swapped pairs *)

Definition swap {X Y : Type} (x : X * Y) : Y * X := (snd x, fst x).

Definition swapped {V W : volume} (P : product_volume V W) : product_volume W V.
Proof.
  refine (Build_product_volume W V (fun A => pairs_vol V W P (fun x => A (swap x))) _ _ _ _).
  - intro A. apply pairs_nonnegative.
  - intros A B H. apply pairs_monotone. intros x. apply H.
  - intros A B. apply (pairs_union V W P (fun x => A (swap x)) (fun x => B (swap x))).
  - intros A B. rewrite Rmult_comm. rewrite <- pairs_rectangle with (p := P).
    apply Rle_antisym; apply pairs_monotone; unfold swap; simpl; tauto.
Defined.

Section Swap.
  Variables (V W : volume) (P : product_volume V W).
  Variables (F : space V -> R) (G : space W -> R) (A : space V -> Prop) (B : space W -> Prop).

  Lemma swapped_sublevel : forall e,
    vol (pairs (swapped P))
      (sublevel (fun x => G (fst x) * F (snd x)) (rectangle W V (swapped P) B A) e)
    = vol (pairs P) (sublevel (fun x => F (fst x) * G (snd x)) (rectangle V W P A B) e).
  Proof.
    intro e. apply Rle_antisym; simpl; apply pairs_monotone; intros x; unfold sublevel, rectangle;
      simpl; intros [[H1 H2] H3]; (split; [split; assumption | lra]).
  Qed.

  Lemma swapped_lower : forall l m,
    at_least (pairs (swapped P)) (fun x => G (fst x) * F (snd x)) (rectangle W V (swapped P) B A)
      l m ->
    at_least (pairs P) (fun x => F (fst x) * G (snd x)) (rectangle V W P A B) l m.
  Proof.
    intros l m [C [HC H]]. exists C. split; [exact HC|]. revert H. apply eventually_mono.
    intros e _ H. rewrite swapped_sublevel in H. exact H.
  Qed.

  Lemma swapped_upper : forall l m,
    at_most (pairs (swapped P)) (fun x => G (fst x) * F (snd x)) (rectangle W V (swapped P) B A)
      l m ->
    at_most (pairs P) (fun x => F (fst x) * G (snd x)) (rectangle V W P A B) l m.
  Proof.
    intros l m [C [HC H]]. exists C. split; [exact HC|]. revert H. apply eventually_mono.
    intros e _ H. rewrite swapped_sublevel in H. exact H.
  Qed.
End Swap.

(** ** From above *)

(** Some sublevel has a positive volume. *)
Definition has_volume (V : volume) (K : space V -> R) (W : space V -> Prop) : Prop :=
  exists s, 0 < s /\ 0 < vol V (sublevel K W s).

Lemma at_most_has_volume : forall V K (W : space V -> Prop) l m,
  at_most V K W l m -> has_volume V K W.
Proof.
  intros V K W l m [C [HC [e0 [He0 H]]]]. exists (e0 / 2). split; [lra|].
  apply Rlt_le_trans with (C * rate l m (e0 / 2)); [|apply H; lra].
  apply Rmult_lt_0_compat; [exact HC | apply rate_pos; lra].
Qed.

Section Upper.
  Variables (V W : volume) (P : product_volume V W).
  Variables (F : space V -> R) (G : space W -> R) (A : space V -> Prop) (B : space W -> Prop).
  Hypothesis G_nonnegative : forall y, B y -> 0 <= G y.

  Let product : space (pairs P) -> R := fun x => F (fst x) * G (snd x).
  Let region := rectangle V W P A B.

  (** Where F <= t and G <= s, the product is at most t s. *)
  Lemma rectangle_in_sublevel : forall t s, 0 < t ->
    vol V (sublevel F A t) * vol W (sublevel G B s)
    <= vol (pairs P) (fun x => sublevel product region (t * s) x /\ G (snd x) <= s).
  Proof.
    intros t s Ht. rewrite <- (pairs_rectangle V W P (sublevel F A t) (sublevel G B s)).
    apply (vol_monotone (pairs P)). intros x [[HA HF] [HB HG]].
    pose proof (G_nonnegative _ HB). split; [|exact HG]. split; [split; assumption|].
    unfold product. apply Rle_trans with (t * G (snd x)).
    - apply Rmult_le_compat_r; assumption.
    - apply Rmult_le_compat_l; lra.
  Qed.

  (** The product is no better than F, if G is bounded on a set that has volume. *)
  Theorem combine_upper_positive : forall l m,
    at_most V F A l m -> has_volume W G B ->
    at_most (pairs P) product region l m.
  Proof.
    intros l m [C [HC H]] [s [Hs Hv]].
    assert (Hi : 0 < / s) by (apply Rinv_0_lt_compat, Hs).
    destruct (rate_scaled_below l m (/ s) Hi) as [D [HD Hr]].
    set (b := vol W (sublevel G B s)) in *.
    exists (C * D * b). split; [repeat apply Rmult_lt_0_compat; assumption|].
    apply (eventually_scaled _ (/ s) Hi) in H.
    pose proof (eventually_and _ _ H Hr) as Hb. revert Hb. apply eventually_mono.
    intros e He [H1 H2].
    assert (Ht : 0 < / s * e) by (apply Rmult_lt_0_compat; lra).
    apply Rle_trans with (vol V (sublevel F A (/ s * e)) * b).
    - replace (C * D * b * rate l m e) with (C * (D * rate l m e) * b) by ring.
      apply Rmult_le_compat_r; [lra|]. apply Rle_trans with (2 := H1).
      apply Rmult_le_compat_l; lra.
    - apply Rle_trans with (1 := rectangle_in_sublevel (/ s * e) s Ht).
      replace (/ s * e * s) with e by (field; lra).
      apply vol_monotone. intros x [Hx _]. exact Hx.
  Qed.

  (** combine, where F has the smaller λ: the product is no better than F, whatever the λ of G. *)
  Theorem combine_upper : forall l m l' m',
    at_most V F A l m -> at_most W G B l' m' ->
    at_most (pairs P) product region l m.
  Proof.
    intros l m l' m' H1 H2. apply combine_upper_positive; [exact H1|].
    exact (at_most_has_volume W G B l' m' H2).
  Qed.

  Lemma product_has_volume : has_volume V F A -> has_volume W G B ->
    has_volume (pairs P) product region.
  Proof.
    intros [t [Ht H1]] [s [Hs H2]]. exists (t * s). split; [apply Rmult_lt_0_compat; assumption|].
    apply Rlt_le_trans with (vol V (sublevel F A t) * vol W (sublevel G B s)).
    - apply Rmult_lt_0_compat; assumption.
    - apply Rle_trans with (1 := rectangle_in_sublevel t s Ht).
      apply vol_monotone. intros x [Hx _]. exact Hx.
  Qed.

  (** *** Shells *)

  Hypothesis G_measurable : forall s, measurable (pairs P) (fun x => G (snd x) <= s).

  (** What is left of FG <= ε where G <= s. *)
  Let inside (e s : R) : R :=
    vol (pairs P) (fun x => sublevel product region e x /\ G (snd x) <= s).

  (** Of the part where G <= s, that where s' < G and that where G <= s'. *)
  Lemma one_shell : forall t s s', 0 < t -> s' <= s ->
    inside (t * s) s'
    + vol V (sublevel F A t) * (vol W (sublevel G B s) - vol W (sublevel G B s'))
    <= inside (t * s) s.
  Proof.
    intros t s s' Ht Hs.
    set (shell := fun y => sublevel G B s y /\ ~ G y <= s').
    assert (Hshell : vol W (sublevel G B s) - vol W (sublevel G B s') <= vol W shell).
    { assert (H : vol W (sublevel G B s)
                  <= vol W (fun y => sublevel G B s' y \/ shell y)).
      { apply vol_monotone. intros y [HB HG]. destruct (Rle_dec (G y) s') as [L|L].
        - left. split; assumption.
        - right. split; [split; assumption | exact L]. }
      pose proof (vol_union W (sublevel G B s') shell). lra. }
    unfold inside.
    set (T := fun x : space (pairs P) => sublevel product region (t * s) x /\ G (snd x) <= s).
    apply Rle_trans with (2 := G_measurable s' T). apply Rplus_le_compat.
    - apply vol_monotone. unfold T. intros x [Hx HG]. split; [split; [exact Hx | lra] | exact HG].
    - apply Rle_trans with (vol V (sublevel F A t) * vol W shell).
      + apply Rmult_le_compat_l; [apply vol_nonnegative | exact Hshell].
      + rewrite <- (pairs_rectangle V W P (sublevel F A t) shell).
        apply (vol_monotone (pairs P)). unfold T. intros x [[HA HF] [[HB HG] HN]].
        pose proof (G_nonnegative _ HB). split; [|exact HN]. split; [|exact HG].
        split; [split; assumption|]. unfold product.
        apply Rle_trans with (t * G (snd x)).
        * apply Rmult_le_compat_r; assumption.
        * apply Rmult_le_compat_l; lra.
  Qed.

  (** Shells of thickness 2, from the a-th on; h i is a bound of the volume where F <= ε 2^(a+i).
      By parts the sum of h times the volume of a shell is that of the steps of h times the volume
      where G <= 2^-j. *)
  Lemma shells : forall e n a (h : nat -> R), 0 < e ->
    (forall i, (i <= n)%nat -> h i <= vol V (sublevel F A (e * 2 ^ (a + i)))) ->
    h 0%nat * vol W (sublevel G B (/ 2 ^ a))
    + added (fun i => (h (S i) - h i) * vol W (sublevel G B (/ 2 ^ (a + S i)))) n
    <= inside e (/ 2 ^ a).
  Proof.
    intros e n a h He Hh.
    set (b := fun i => vol W (sublevel G B (/ 2 ^ (a + i)))).
    assert (Hp : forall i, 0 < 2 ^ (a + i)) by (intro i; apply pow_lt; lra).
    assert (Ht : forall i, 0 < e * 2 ^ (a + i))
      by (intro i; apply Rmult_lt_0_compat; [exact He | apply Hp]).
    assert (Hts : forall i, e * 2 ^ (a + i) * / 2 ^ (a + i) = e).
    { intro i. specialize (Hp i). field. lra. }
    (* the claim for the first k shells and what is left *)
    assert (Q : forall k, (k <= n)%nat ->
      h 0%nat * b 0%nat + added (fun i => (h (S i) - h i) * b (S i)) k
      + (inside e (/ 2 ^ (a + k)) - h k * b k) <= inside e (/ 2 ^ (a + 0))).
    { induction k as [|k IH]; intro Hk; [simpl added; lra|].
      apply Rle_trans with (2 := IH ltac:(lia)).
      assert (Hs : / 2 ^ (a + S k) <= / 2 ^ (a + k)).
      { apply Rinv_le_contravar; [apply Hp|]. apply Rle_pow; [lra | lia]. }
      pose proof (one_shell (e * 2 ^ (a + k)) (/ 2 ^ (a + k)) (/ 2 ^ (a + S k)) (Ht k) Hs) as H.
      rewrite Hts in H. fold (b k) in H. fold (b (S k)) in H.
      assert (Hb : b (S k) <= b k).
      { unfold b. apply vol_monotone. intros y [HB HG]. split; [exact HB | lra]. }
      specialize (Hh k ltac:(lia)).
      simpl added.
      assert (h k * (b k - b (S k)) <= vol V (sublevel F A (e * 2 ^ (a + k))) * (b k - b (S k)))
        by (apply Rmult_le_compat_r; lra).
      lra. }
    specialize (Q n (Nat.le_refl n)).
    pose proof (rectangle_in_sublevel (e * 2 ^ (a + n)) (/ 2 ^ (a + n)) (Ht n)) as H.
    rewrite Hts in H. fold (b n) in H. fold (inside e (/ 2 ^ (a + n))) in H.
    specialize (Hh n (Nat.le_refl n)).
    assert (0 <= b n) by apply vol_nonnegative.
    assert (h n * b n <= vol V (sublevel F A (e * 2 ^ (a + n))) * b n)
      by (apply Rmult_le_compat_r; assumption).
    unfold b in *. rewrite Nat.add_0_r in Q. lra.
  Qed.

  Lemma exp_le : forall x y, x <= y -> exp x <= exp y.
  Proof.
    intros x y H. destruct (Rle_lt_or_eq_dec _ _ H) as [L|E];
      [apply Rlt_le, exp_increasing, L | rewrite E; lra].
  Qed.

  Lemma ln2_below_1 : ln 2 < 1.
  Proof.
    rewrite <- (ln_exp 1). apply ln_increasing; [lra|].
    pose proof (exp_ineq1 1 ltac:(lra)). lra.
  Qed.

  (** combine, where both λ agree: the orders add up. With L = |log ε| and N about L / (4 log 2),
      the N shells from 2^-N on are those where |log| of 2^-j and of ε 2^j is at least L / 4. *)
  Theorem combine_upper_equal : forall l m m', (1 <= m)%nat -> (1 <= m')%nat -> 0 < l ->
    at_most V F A l m -> at_most W G B l m' ->
    at_most (pairs P) product region l (m + m').
  Proof.
    intros l m m' Hm Hm' Hl [C [HC [e1 [He1 HF]]]] [D [HD [e2 [He2 HG]]]].
    pose proof ln2 as H2. pose proof ln2_below_1 as H2'.
    set (r := Rpower 2 l).
    assert (Hr : 1 < r).
    { unfold r, Rpower. rewrite <- exp_0. apply exp_increasing, Rmult_lt_0_compat; assumption. }
    set (q := pred m). set (q' := pred m').
    set (E := C * D * (1 - / r) * (/ 4) ^ (q + q') * / 8).
    assert (Hr' : 0 < 1 - / r).
    { assert (/ r < / 1) by (apply Rinv_lt_contravar; lra). rewrite Rinv_1 in H. lra. }
    exists E. split.
    { unfold E. repeat apply Rmult_lt_0_compat; try assumption; try apply pow_lt; lra. }
    assert (Hlarge : eventually (fun e => 8 <= - ln e /\
              (4 * - ln e1 + 1 <= - ln e /\ 4 * - ln e2 + 1 <= - ln e))).
    { repeat apply eventually_and; apply minus_ln_large. }
    revert Hlarge. apply eventually_mono. intros e He [L8 [L1 L2]].
    set (L := - ln e) in *.
    assert (HN : exists N, INR N * ln 2 <= L / 4 < INR (S N) * ln 2).
    { destruct (powers_reach (exp (- (L / 4)))) as [N [N1 N2]].
      - split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. lra.
      - exists N. assert (Hq : forall k, 0 < 2 ^ k) by (intro; apply pow_lt; lra).
        assert (Hln : forall k, ln (2 ^ k * exp (- (L / 4))) = INR k * ln 2 - L / 4).
        { intro k. rewrite ln_mult, ln_power, ln_exp by (try apply Hq; apply exp_pos). ring. }
        split.
        + assert (ln (2 ^ N * exp (- (L / 4))) <= 0).
          { rewrite <- ln_1. destruct (Rle_lt_or_eq_dec _ _ N1) as [H|H]; [|rewrite H; lra].
            apply Rlt_le, ln_increasing; [|exact H].
            apply Rmult_lt_0_compat; [apply Hq | apply exp_pos]. }
          rewrite Hln in H. lra.
        + assert (0 < ln (2 ^ S N * exp (- (L / 4)))).
          { rewrite <- ln_1. apply ln_increasing; [lra | exact N2]. }
          rewrite Hln in H. lra. }
    destruct HN as [N [HN1 HN2]]. rewrite S_INR in HN2.
    assert (HN0 : 0 <= INR N) by apply pos_INR.
    assert (HN8 : L / 8 <= INR N) by nra.
    set (h := fun i => C * (exp (l * (INR (N + i) * ln 2 - L)) * (L / 4) ^ q)).
    (* h is a bound of the volumes of F *)
    assert (Hh : forall i, (i <= N)%nat -> h i <= vol V (sublevel F A (e * 2 ^ (N + i)))).
    { intros i Hi. assert (Hp : 0 < 2 ^ (N + i)) by (apply pow_lt; lra).
      assert (Hln : ln (e * 2 ^ (N + i)) = INR (N + i) * ln 2 - L).
      { rewrite ln_mult, ln_power by lra. unfold L. ring. }
      assert (Hi' : INR i <= INR N) by (apply le_INR, Hi).
      assert (Hup : INR (N + i) * ln 2 - L <= - (L / 2)) by (rewrite plus_INR; nra).
      apply Rle_trans with (C * rate l m (e * 2 ^ (N + i))).
      - unfold h, rate, Rpower. rewrite Hln. fold q. apply Rmult_le_compat_l; [lra|].
        apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|]. apply pow_incr. lra.
      - apply HF. split; [apply Rmult_lt_0_compat; lra|].
        apply ln_lt_inv; [apply Rmult_lt_0_compat; lra | lra|].
        rewrite Hln. pose proof (minus_ln_pos e1 He1). lra. }
    (* the volumes of G *)
    assert (Hb : forall i, D * (exp (- (l * (INR (N + S i) * ln 2))) * (L / 4) ^ q')
                           <= vol W (sublevel G B (/ 2 ^ (N + S i)))).
    { intro i. assert (Hp : 0 < 2 ^ (N + S i)) by (apply pow_lt; lra).
      assert (Hln : ln (/ 2 ^ (N + S i)) = - (INR (N + S i) * ln 2)).
      { rewrite ln_Rinv, ln_power by exact Hp. ring. }
      assert (Hlow : L / 4 <= INR (N + S i) * ln 2).
      { rewrite plus_INR, S_INR. pose proof (pos_INR i). nra. }
      apply Rle_trans with (D * rate l m' (/ 2 ^ (N + S i))).
      - unfold rate. rewrite power_of_inverse, Hln. fold q'. apply Rmult_le_compat_l; [lra|].
        rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|].
        apply pow_incr. lra.
      - apply HG. split; [apply Rinv_0_lt_compat, Hp|].
        apply ln_lt_inv; [apply Rinv_0_lt_compat, Hp | lra|].
        rewrite Hln. pose proof (minus_ln_pos e2 He2). lra. }
    assert (Hstep : forall i, h (S i) - h i
              = C * ((1 - / r) * exp (l * (INR (N + S i) * ln 2 - L)) * (L / 4) ^ q)).
    { intro i. unfold h.
      replace (exp (l * (INR (N + i) * ln 2 - L)))
        with (/ r * exp (l * (INR (N + S i) * ln 2 - L))); [ring|].
      unfold r, Rpower. rewrite <- exp_Ropp, <- exp_plus. f_equal.
      rewrite Nat.add_succ_r, S_INR. ring. }
    assert (HL4 : 0 < L / 4) by lra.
    (* every shell has the same bound *)
    set (c := C * D * (1 - / r) * (Rpower e l * (L / 4) ^ (q + q'))).
    assert (Hterm : forall i, c <= (h (S i) - h i) * vol W (sublevel G B (/ 2 ^ (N + S i)))).
    { intro i. rewrite Hstep.
      apply Rle_trans with (C * ((1 - / r) * exp (l * (INR (N + S i) * ln 2 - L)) * (L / 4) ^ q)
                            * (D * (exp (- (l * (INR (N + S i) * ln 2))) * (L / 4) ^ q'))).
      - apply Req_le. unfold c. rewrite pow_add.
        replace (Rpower e l) with (exp (l * (INR (N + S i) * ln 2 - L))
                                   * exp (- (l * (INR (N + S i) * ln 2)))); [ring|].
        rewrite <- exp_plus. unfold Rpower. f_equal. unfold L. ring.
      - apply Rmult_le_compat_l; [|apply Hb].
        apply Rlt_le. repeat apply Rmult_lt_0_compat; try assumption.
        + apply exp_pos.
        + apply pow_lt, HL4. }
    pose proof (shells e N N h (proj1 He) Hh) as Hsum.
    assert (Hsteps : INR N * c
        <= added (fun i => (h (S i) - h i) * vol W (sublevel G B (/ 2 ^ (N + S i)))) N).
    { rewrite <- added_constant. apply added_le. intros i _. apply Hterm. }
    assert (Hfirst : 0 <= h 0%nat * vol W (sublevel G B (/ 2 ^ N))).
    { apply Rmult_le_pos; [|apply vol_nonnegative]. unfold h. apply Rlt_le.
      repeat apply Rmult_lt_0_compat; [exact HC | apply exp_pos | apply pow_lt, HL4]. }
    assert (Hall : inside e (/ 2 ^ N) <= vol (pairs P) (sublevel product region e)).
    { apply vol_monotone. intros x [Hx _]. exact Hx. }
    assert (Hc : 0 < c).
    { unfold c. repeat apply Rmult_lt_0_compat; try assumption;
        [apply exp_pos | apply pow_lt, HL4]. }
    apply Rle_trans with (INR N * c); [|lra].
    apply Rle_trans with (L / 8 * c); [|apply Rmult_le_compat_r; lra].
    apply Req_le. unfold E, c, rate. fold L.
    replace (pred (m + m')) with (S (q + q')) by (unfold q, q'; lia).
    replace (L / 4) with (/ 4 * L) by field. rewrite Rpow_mult_distr. simpl pow. field. lra.
  Qed.
End Upper.
