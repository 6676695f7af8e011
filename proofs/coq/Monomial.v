(** The integral of a monomial, and changes of variables.

    The pole of K = ∏ x_i^k_i with the amplitude ∏ x_i^h_i on the cube 0 < x_i <= 1 is (λ, m): λ is
    the least (h_i + 1) / k_i, over the i with k_i > 0, and m the number of i that attain it. Of a
    variable alone this is what the volume of x <= t says, t^(h+1) / (h+1); of several it follows by
    combine in both directions. Amplitudes are part of the volumes: that of variable i is the one in
    which a set counts with the density x^h_i.

    A map that distorts volumes by no more than constant factors keeps both poles. And where
    finitely many such maps (charts) cover a region, the worst of their poles is that of the region.
*)

From Coq Require Import Reals Lra Lia List.
From RLCT Require Import Volume Combine.
Import ListNotations.
Local Open Scope R_scope.

Definition everything {X : Type} : X -> Prop := fun _ => True.

(** ** Poles counted with their order, or better *)

(** At least (λ, n), where n = 0 says: better than λ. *)
Definition counted_lower (V : volume) (K : space V -> R) (W : space V -> Prop) (l : R) (n : nat) :=
  match n with
  | O => exists l', l < l' /\ at_least V K W l' 1
  | S _ => at_least V K W l n
  end.

(** At most (λ, n), where n = 0 says: not nothing. *)
Definition counted_upper (V : volume) (K : space V -> R) (W : space V -> Prop) (l : R) (n : nat) :=
  match n with
  | O => has_volume V K W
  | S _ => at_most V K W l n
  end.

Section Counted.
  Variables (V W : volume) (P : product_volume V W).
  Variables (F : space V -> R) (G : space W -> R) (A : space V -> Prop) (B : space W -> Prop).
  Hypothesis F_between : forall x, A x -> 0 <= F x <= 1.
  Hypothesis G_between : forall y, B y -> 0 <= G y <= 1.

  Let product : space (pairs P) -> R := fun x => F (fst x) * G (snd x).

  (** combine from below, for whichever factor has the smaller λ. *)
  Theorem combine_counted_lower : forall l n n', 0 <= l ->
    counted_lower V F A l n -> counted_lower W G B l n' ->
    counted_lower (pairs P) product (rectangle V W P A B) l (n + n').
  Proof.
    intros l n n' Hl HF HG.
    assert (F0 : forall x, A x -> 0 <= F x) by (intros x H; apply F_between, H).
    assert (G0 : forall y, B y -> 0 <= G y) by (intros y H; apply G_between, H).
    destruct n as [|n]; destruct n' as [|n']; simpl in HF, HG.
    - destruct HF as [a [Ha HF]]. destruct HG as [b [Hb HG]].
      set (c := Rmin a b).
      assert (Hc : l < c) by (unfold c; apply Rmin_glb_lt; assumption).
      assert (Hca : is_below c 1 a 1).
      { pose proof (Rmin_l a b). fold c in H. unfold is_below.
        destruct (Req_dec c a); [right; auto | left; lra]. }
      assert (Hcb : is_below c 1 b 1).
      { pose proof (Rmin_r a b). fold c in H. unfold is_below.
        destruct (Req_dec c b); [right; auto | left; lra]. }
      apply (order_lower V F A _ _ _ _ Hca) in HF. apply (order_lower W G B _ _ _ _ Hcb) in HG.
      exists ((l + c) / 2). split; [lra|].
      apply (order_lower (pairs P) product _ _ _ c (1 + 1)); [left; lra|].
      apply combine_lower_equal; try assumption; try lia. lra.
    - destruct HF as [a [Ha HF]]. change (0 + S n')%nat with (S n').
      apply swapped_lower.
      apply (combine_lower W V (swapped P) G F B A G_between F0 l (S n') a 1); try assumption. lia.
    - destruct HG as [b [Hb HG]]. rewrite Nat.add_0_r.
      apply (combine_lower V W P F G A B F_between G0 l (S n) b 1); try assumption. lia.
    - apply combine_lower_equal; try assumption; lia.
  Qed.

  Hypothesis G_measurable : forall s, measurable (pairs P) (fun x => G (snd x) <= s).

  (** combine from above, likewise. *)
  Theorem combine_counted_upper : forall l n n', 0 < l ->
    counted_upper V F A l n -> counted_upper W G B l n' ->
    counted_upper (pairs P) product (rectangle V W P A B) l (n + n').
  Proof.
    intros l n n' Hl HF HG.
    assert (F0 : forall x, A x -> 0 <= F x) by (intros x H; apply F_between, H).
    assert (G0 : forall y, B y -> 0 <= G y) by (intros y H; apply G_between, H).
    destruct n as [|n]; destruct n' as [|n']; simpl in HF, HG.
    - apply product_has_volume; assumption.
    - change (0 + S n')%nat with (S n'). apply swapped_upper.
      apply (combine_upper_positive W V (swapped P) G F B A F0 l (S n') HG HF).
    - rewrite Nat.add_0_r. apply combine_upper_positive; assumption.
    - apply combine_upper_equal; try assumption; lia.
  Qed.
End Counted.

(** ** One variable *)

(** 0 < x <= 1 with a volume in which the amplitude x^h is counted: all that has to be known of it
    is the integral of x^h from 0 to t. *)
Record unit_interval (h : R) := {
  interval : volume;
  coordinate : space interval -> R;
  amplitude_integrable : -1 < h;
  coordinate_between : forall x, 0 < coordinate x <= 1;
  segment : forall t, 0 < t <= 1 ->
    vol interval (fun x => coordinate x <= t) = Rpower t (h + 1) / (h + 1)
}.

(** (h + 1) / k: the λ of x^k with the amplitude x^h. *)
Definition quotient (k : nat) (h : R) : R := (h + 1) / INR k.

(** How often a variable attains λ = l. *)
Definition attains (l : R) (k : nat) (h : R) : nat :=
  match k with
  | O => 0
  | S _ => if Req_EM_T (quotient k h) l then 1 else 0
  end.

Section OneVariable.
  Variables (h : R) (I : unit_interval h).
  Let V := interval h I.
  Let x := coordinate h I.

  Lemma h_pos : 0 < h + 1.
  Proof. pose proof (amplitude_integrable h I). lra. Qed.

  Lemma power_between : forall k y, 0 <= x y ^ k <= 1.
  Proof.
    intros k y. destruct (coordinate_between h I y) as [H1 H2]. split.
    - apply pow_le. unfold x. lra.
    - rewrite <- (pow1 k). apply pow_incr. unfold x. lra.
  Qed.

  (** x^k <= t says x <= t^(1/k). *)
  Lemma power_le : forall k t y, k <> 0%nat -> 0 < t ->
    (x y ^ k <= t <-> x y <= Rpower t (/ INR k)).
  Proof.
    intros k t y Hk Ht. destruct (coordinate_between h I y) as [Hy _]. fold x in Hy.
    assert (HK : 0 < INR k) by (apply lt_0_INR; lia).
    assert (E : x y ^ k = Rpower (x y) (INR k)) by (rewrite Rpower_pow by exact Hy; reflexivity).
    assert (HR : forall a b c, 0 < c -> 0 < a -> a <= b -> Rpower a c <= Rpower b c).
    { intros a b c Hc Ha Hab. apply Rle_Rpower_l; lra. }
    split; intro H.
    - replace (x y) with (Rpower (x y ^ k) (/ INR k)).
      + apply HR; [apply Rinv_0_lt_compat, HK | apply pow_lt, Hy | exact H].
      + rewrite E, Rpower_mult. replace (INR k * / INR k) with 1 by (field; lra).
        apply Rpower_1, Hy.
    - rewrite E. replace t with (Rpower (Rpower t (/ INR k)) (INR k)).
      + apply HR; assumption.
      + rewrite Rpower_mult. replace (/ INR k * INR k) with 1 by (field; lra).
        apply Rpower_1, Ht.
  Qed.

  Lemma power_volume : forall k e, k <> 0%nat -> 0 < e < 1 ->
    vol V (sublevel (fun y => x y ^ k) everything e) = rate (quotient k h) 1 e / (h + 1).
  Proof.
    intros k e Hk He. assert (HK : 0 < INR k) by (apply lt_0_INR; lia).
    assert (Hi : 0 < / INR k) by (apply Rinv_0_lt_compat, HK).
    assert (Ht : 0 < Rpower e (/ INR k) <= 1).
    { split; [apply exp_pos|]. rewrite <- (Rpower_O e) by lra.
      apply Rpower_decreasing; [exact He | lra]. }
    assert (E : vol V (sublevel (fun y => x y ^ k) everything e)
                = vol V (fun y => x y <= Rpower e (/ INR k))).
    { apply Rle_antisym; apply vol_monotone.
      - intros y [_ H]. apply power_le; [exact Hk | lra | exact H].
      - intros y H. split; [exact Logic.I|]. apply power_le; [exact Hk | lra | exact H]. }
    rewrite E. unfold V, x. rewrite (segment h I _ Ht). rewrite Rpower_mult.
    unfold rate, quotient. simpl pow. rewrite Rmult_1_r. do 2 f_equal. field. lra.
  Qed.

  Lemma interval_has_volume : forall k, has_volume V (fun y => x y ^ k) everything.
  Proof.
    intro k. exists 1. split; [lra|].
    assert (H : vol V (fun y => x y <= 1) <= vol V (sublevel (fun y => x y ^ k) everything 1)).
    { apply vol_monotone. intros y _. split; [exact Logic.I | apply power_between]. }
    assert (E : vol V (fun y => x y <= 1) = Rpower 1 (h + 1) / (h + 1))
      by (apply (segment h I 1); lra).
    rewrite E in H.
    apply Rlt_le_trans with (2 := H). pose proof h_pos.
    apply Rdiv_lt_0_compat; [apply exp_pos | assumption].
  Qed.

  Lemma nothing_has_no_volume : vol V (fun _ => False) = 0.
  Proof.
    apply Rle_antisym; [|apply vol_nonnegative]. apply Rnot_lt_le. intro H.
    pose proof h_pos as Hh. set (v := vol V (fun _ => False)) in *.
    (* a segment of half the volume *)
    set (w := Rmin (v * (h + 1) / 2) 1).
    assert (Hvh : 0 < v * (h + 1) / 2).
    { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; assumption | lra]. }
    assert (Hw : 0 < w <= 1) by (unfold w; split; [apply Rmin_pos; lra | apply Rmin_r]).
    set (t := Rpower w (/ (h + 1))).
    assert (Hi : 0 < / (h + 1)) by (apply Rinv_0_lt_compat, Hh).
    assert (Ht : 0 < t <= 1).
    { split; [apply exp_pos|]. replace 1 with (Rpower 1 (/ (h + 1))).
      - apply Rle_Rpower_l; lra.
      - unfold Rpower. rewrite ln_1, Rmult_0_r. apply exp_0. }
    assert (Hv : v <= w / (h + 1)).
    { apply Rle_trans with (vol V (fun y => x y <= t)); [apply vol_monotone; intros y []|].
      unfold V, x. rewrite (segment h I t Ht). unfold t. rewrite Rpower_mult.
      replace (/ (h + 1) * (h + 1)) with 1 by (field; lra). rewrite Rpower_1 by lra. lra. }
    assert (w / (h + 1) <= v * (h + 1) / 2 / (h + 1)).
    { unfold Rdiv at 1 3. apply Rmult_le_compat_r; [lra | apply Rmin_l]. }
    replace (v * (h + 1) / 2 / (h + 1)) with (v / 2) in H0 by (field; lra). lra.
  Qed.

  Lemma variable_lower : forall k l, (k <> 0%nat -> l <= quotient k h) ->
    counted_lower V (fun y => x y ^ k) everything l (attains l k h).
  Proof.
    intros k l Hl. pose proof h_pos as Hh.
    assert (Hi : 0 < / (h + 1)) by (apply Rinv_0_lt_compat, Hh).
    assert (Q : k <> 0%nat -> at_least V (fun y => x y ^ k) everything (quotient k h) 1).
    { intro Hk. exists (/ (h + 1)). split; [exact Hi|]. exists (/ 2). split; [lra|].
      intros e He. rewrite power_volume by (try assumption; lra). unfold Rdiv. lra. }
    destruct k as [|k].
    - simpl. exists (l + 1). split; [lra|]. exists 1. split; [lra|]. exists (/ 2). split; [lra|].
      intros e He. apply Rle_trans with 0.
      + rewrite <- nothing_has_no_volume. apply vol_monotone. intros y [_ H]. lra.
      + rewrite Rmult_1_l. apply Rlt_le, rate_pos. lra.
    - specialize (Hl ltac:(discriminate)). specialize (Q ltac:(discriminate)).
      unfold attains. destruct (Req_EM_T (quotient (S k) h) l) as [E|E].
      + rewrite <- E. exact Q.
      + exists (quotient (S k) h). split; [lra | exact Q].
  Qed.

  Lemma variable_upper : forall k l,
    counted_upper V (fun y => x y ^ k) everything l (attains l k h).
  Proof.
    intros k l. pose proof h_pos as Hh. destruct k as [|k]; [apply interval_has_volume|].
    unfold attains. destruct (Req_EM_T (quotient (S k) h) l) as [E|E];
      [|apply interval_has_volume].
    rewrite <- E. exists (/ (h + 1)). split; [apply Rinv_0_lt_compat, Hh|].
    exists (/ 2). split; [lra|].
    intros e He. rewrite power_volume by (try discriminate; lra). unfold Rdiv. lra.
  Qed.
End OneVariable.

(** ** Several variables *)

(** K is ∏ x_i^k_i on a product of intervals with the amplitudes x_i^h_i, for the list of the pairs
    (k_i, h_i). In each product the sets x_i <= s are measurable. *)
Inductive monomial : list (nat * R) -> forall V : volume, (space V -> R) -> Prop :=
  | one_variable : forall k h (I : unit_interval h),
      monomial [(k, h)] (interval h I) (fun y => coordinate h I y ^ k)
  | more_variables : forall k h (I : unit_interval h) exponents V K
      (P : product_volume V (interval h I)),
      monomial exponents V K ->
      (forall s, measurable (pairs P) (fun z => coordinate h I (snd z) <= s)) ->
      monomial ((k, h) :: exponents) (pairs P)
        (fun z => K (fst z) * coordinate h I (snd z) ^ k).

(** How many variables attain l. *)
Fixpoint attained (l : R) (exponents : list (nat * R)) : nat :=
  match exponents with
  | [] => 0
  | (k, h) :: rest => attained l rest + attains l k h
  end.

(** No variable has a smaller one. *)
Definition least (l : R) (exponents : list (nat * R)) : Prop :=
  forall k h, In (k, h) exponents -> k <> 0%nat -> l <= quotient k h.

Lemma monomial_between : forall exponents V K, monomial exponents V K ->
  forall y, 0 <= K y <= 1.
Proof.
  intros exponents V K H. induction H as [k h I | k h I exponents V K P H IH HM].
  - intro y. apply power_between.
  - intro z. specialize (IH (fst z)). pose proof (power_between h I k (snd z)). nra.
Qed.

(** Powers of a coordinate have its sublevels, or all or nothing. *)
Lemma power_measurable : forall V h (I : unit_interval h) (P : product_volume V (interval h I)) k,
  (forall s, measurable (pairs P) (fun z => coordinate h I (snd z) <= s)) ->
  forall s, measurable (pairs P) (fun z => coordinate h I (snd z) ^ k <= s).
Proof.
  intros V h I P k HM s.
  (* sets that are the same are measurable alike *)
  assert (Hsame : forall t, (forall z : space (pairs P),
            coordinate h I (snd z) ^ k <= s <-> coordinate h I (snd z) <= t) ->
            measurable (pairs P) (fun z => coordinate h I (snd z) ^ k <= s)).
  { intros t Ht T. apply Rle_trans with (2 := HM t T).
    apply Rplus_le_compat; apply vol_monotone; intros z [HT Hz]; (split; [exact HT|]).
    - apply Ht, Hz.
    - intro Hn. apply Hz, Ht, Hn. }
  destruct (Rlt_dec 0 s) as [Hs|Hs].
  - destruct k as [|k].
    + destruct (Rle_dec 1 s) as [L|L].
      * apply (Hsame 1). intro z. simpl. split; intro; [apply coordinate_between | exact L].
      * apply (Hsame 0). intro z. simpl. pose proof (coordinate_between h I (snd z)). lra.
    + apply (Hsame (Rpower s (/ INR (S k)))). intro z. apply power_le; [discriminate | exact Hs].
  - apply (Hsame 0). intro z. pose proof (coordinate_between h I (snd z)) as [Hz _].
    pose proof (pow_lt _ k Hz). lra.
Qed.

Lemma monomial_counted : forall exponents V K, monomial exponents V K ->
  forall l, 0 < l -> least l exponents ->
    counted_lower V K everything l (attained l exponents) /\
    counted_upper V K everything l (attained l exponents).
Proof.
  intros exponents V K H. induction H as [k h I | k h I exponents V K P H IH HM];
    intros l Hl Hleast.
  - simpl attained. change (0 + attains l k h)%nat with (attains l k h). split.
    + apply variable_lower. intro Hk. apply Hleast; [left; reflexivity | exact Hk].
    + apply variable_upper.
  - destruct (IH l Hl) as [IL IU].
    { intros k' h' Hin. apply Hleast. right. exact Hin. }
    pose proof (monomial_between _ _ _ H) as HK.
    assert (HL : counted_lower (interval h I) (fun y => coordinate h I y ^ k) everything l
                   (attains l k h)).
    { apply variable_lower. intro Hk. apply Hleast; [left; reflexivity | exact Hk]. }
    pose proof (variable_upper h I k l) as HU.
    assert (HB : forall y, everything y -> 0 <= K y <= 1) by (intros y _; apply HK).
    assert (HX : forall y, everything y -> 0 <= coordinate h I y ^ k <= 1)
      by (intros y _; apply power_between).
    pose proof (combine_counted_lower V (interval h I) P K _ everything everything HB HX l
                  _ _ (Rlt_le _ _ Hl) IL HL) as CL.
    pose proof (combine_counted_upper V (interval h I) P K _ everything everything HB HX
                  (power_measurable V h I P k HM) l _ _ Hl IU HU) as CU.
    (* the rectangle of everything is everything *)
    cbn [attained]. set (n := (attained l exponents + attains l k h)%nat) in *. clearbody n.
    assert (E : forall z : space (pairs P), everything z ->
              rectangle V (interval h I) P everything everything z)
      by (intros; split; exact Logic.I).
    split; destruct n as [|n]; simpl in CL, CU |- *.
    + destruct CL as [l' [Hl' CL]]. exists l'. split; [exact Hl'|].
      revert CL. apply region_lower. exact E.
    + revert CL. apply region_lower. exact E.
    + destruct CU as [s [Hs CU]]. exists s. split; [exact Hs|]. apply Rlt_le_trans with (1 := CU).
      apply pairs_monotone. intros z [_ Hz]. split; [exact Logic.I | exact Hz].
    + revert CU. apply region_upper. intros z _. exact Logic.I.
Qed.

Lemma amplitudes_integrable : forall exponents V K, monomial exponents V K ->
  forall k h, In (k, h) exponents -> -1 < h.
Proof.
  intros exponents V K H. induction H as [k h I | k h I exponents V K P H IH HM];
    intros k' h' [E|Hin].
  - injection E as _ E. subst h'. apply (amplitude_integrable h I).
  - destruct Hin.
  - injection E as _ E. subst h'. apply (amplitude_integrable h I).
  - apply (IH k' h' Hin).
Qed.

Lemma attained_by_one : forall l exponents, (1 <= attained l exponents)%nat ->
  exists k h, In (k, h) exponents /\ k <> 0%nat /\ quotient k h = l.
Proof.
  intros l exponents. induction exponents as [|[k h] rest IH]; simpl; [lia|]. intro H.
  destruct (attains l k h) eqn:E.
  - destruct IH as [k' [h' [Hin Hq]]]; [lia|]. exists k', h'. auto.
  - exists k, h. split; [left; reflexivity|]. destruct k as [|k]; [discriminate|].
    unfold attains in E. destruct (Req_EM_T (quotient (S k) h) l); [auto | discriminate].
Qed.

(** The pole of a monomial: the least (h_i + 1) / k_i, and how many attain it. *)
Theorem monomial_pole : forall exponents V K, monomial exponents V K ->
  forall l, least l exponents -> (1 <= attained l exponents)%nat ->
    at_least V K everything l (attained l exponents) /\
    at_most V K everything l (attained l exponents).
Proof.
  intros exponents V K H l Hleast Hone.
  assert (Hl : 0 < l).
  { destruct (attained_by_one l exponents Hone) as [k [h [Hin [Hk E]]]]. rewrite <- E.
    pose proof (amplitudes_integrable _ _ _ H k h Hin).
    apply Rdiv_lt_0_compat; [lra | apply lt_0_INR; lia]. }
  destruct (monomial_counted _ _ _ H l Hl Hleast) as [L U].
  destruct (attained l exponents) as [|n]; [lia|]. split; assumption.
Qed.

(** The same with λ computed. *)
Fixpoint smallest (exponents : list (nat * R)) : option R :=
  match exponents with
  | [] => None
  | (O, _) :: rest => smallest rest
  | (k, h) :: rest =>
      match smallest rest with
      | None => Some (quotient k h)
      | Some l => Some (Rmin (quotient k h) l)
      end
  end.

Lemma attained_in : forall l exponents k h, In (k, h) exponents -> k <> 0%nat ->
  quotient k h = l -> (1 <= attained l exponents)%nat.
Proof.
  intros l exponents k h Hin Hk E. induction exponents as [|[k' h'] rest IH]; [destruct Hin|].
  cbn [attained]. destruct Hin as [Q|Hin].
  - injection Q as -> ->. destruct k as [|k]; [congruence|]. unfold attains.
    destruct (Req_EM_T (quotient (S k) h) l); [lia | contradiction].
  - specialize (IH Hin). lia.
Qed.

Lemma smallest_none : forall exponents, smallest exponents = None ->
  forall k h, In (k, h) exponents -> k = 0%nat.
Proof.
  intro exponents. induction exponents as [|[k h] rest IH]; intros E k' h' Hin; [destruct Hin|].
  cbn [smallest] in E. destruct k as [|k].
  - destruct Hin as [Q|Hin]; [congruence | apply (IH E k' h' Hin)].
  - destruct (smallest rest); discriminate.
Qed.

Lemma smallest_is : forall exponents l, smallest exponents = Some l ->
  least l exponents /\ exists k h, In (k, h) exponents /\ k <> 0%nat /\ quotient k h = l.
Proof.
  intro exponents. induction exponents as [|[k h] rest IH]; intros l E; [discriminate|].
  cbn [smallest] in E. destruct k as [|k].
  - destruct (IH l E) as [H1 [k' [h' [Hin H2]]]]. split.
    + intros k0 h0 [Q|H0] Hk; [congruence | apply (H1 k0 h0 H0 Hk)].
    + exists k', h'. split; [right; exact Hin | exact H2].
  - destruct (smallest rest) as [l'|] eqn:Er; injection E as <-.
    + destruct (IH l' eq_refl) as [H1 [k' [h' [Hin [Hk' Hq]]]]]. split.
      * intros k0 h0 [Q|H0] Hk; [injection Q as <- <-; apply Rmin_l|].
        apply Rle_trans with l'; [apply Rmin_r | apply (H1 k0 h0 H0 Hk)].
      * unfold Rmin. destruct (Rle_dec (quotient (S k) h) l').
        -- exists (S k), h. split; [left; reflexivity | auto].
        -- exists k', h'. split; [right; exact Hin | auto].
    + pose proof (smallest_none rest Er) as Hn. split.
      * intros k0 h0 [Q|H0] Hk; [injection Q as <- <-; lra|].
        elim Hk. apply (Hn k0 h0 H0).
      * exists (S k), h. split; [left; reflexivity | auto].
Qed.

Theorem monomial_pole_computed : forall exponents V K l, monomial exponents V K ->
  smallest exponents = Some l ->
  at_least V K everything l (attained l exponents) /\
  at_most V K everything l (attained l exponents).
Proof.
  intros exponents V K l H E. destruct (smallest_is exponents l E) as [H1 [k [h [Hin [Hk Hq]]]]].
  apply (monomial_pole exponents V K H l H1). apply (attained_in l exponents k h Hin Hk Hq).
Qed.

(** ** Changes of variables *)

Section Change.
  Variables (X Y : volume) (f : space X -> space Y) (U : space X -> Prop) (W : space Y -> Prop).

  (** A set in W has at most a constant times the volume of what is mapped to it: its volume is at
      most the integral over U of a Jacobian that is bounded, or whose amplitude X counts. *)
  Definition covers (b : R) : Prop :=
    forall S : space Y -> Prop,
      vol Y (fun y => W y /\ S y) <= b * vol X (fun x => U x /\ S (f x)).

  (** … and at least: then no part of W is mapped to more than boundedly often. *)
  Definition fits (a : R) : Prop :=
    forall S : space Y -> Prop,
      a * vol X (fun x => U x /\ S (f x)) <= vol Y (fun y => W y /\ S y).

  Theorem change_lower : forall b K l m, 0 < b -> covers b ->
    at_least X (fun x => K (f x)) U l m -> at_least Y K W l m.
  Proof.
    intros b K l m Hb H [C [HC Hv]]. exists (b * C). split; [apply Rmult_lt_0_compat; assumption|].
    revert Hv. apply eventually_mono. intros e He Hv.
    apply Rle_trans with (1 := H (fun y => K y <= e)).
    rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra | exact Hv].
  Qed.

  Theorem change_upper : forall a K l m, 0 < a -> fits a ->
    at_most X (fun x => K (f x)) U l m -> at_most Y K W l m.
  Proof.
    intros a K l m Ha H [C [HC Hv]]. exists (a * C). split; [apply Rmult_lt_0_compat; assumption|].
    revert Hv. apply eventually_mono. intros e He Hv.
    apply Rle_trans with (2 := H (fun y => K y <= e)).
    rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra | exact Hv].
  Qed.

  (** … and back: a map that distorts volumes by no more than constant factors keeps both poles. *)
  Theorem change_both : forall a b K l m, 0 < a -> 0 < b -> fits a -> covers b ->
    (at_least X (fun x => K (f x)) U l m <-> at_least Y K W l m) /\
    (at_most X (fun x => K (f x)) U l m <-> at_most Y K W l m).
  Proof.
    intros a b K l m Ha Hb Hf Hc. split; split.
    - apply (change_lower b K l m Hb Hc).
    - intros [C [HC Hv]]. exists (/ a * C).
      assert (Hi : 0 < / a) by (apply Rinv_0_lt_compat, Ha).
      split; [apply Rmult_lt_0_compat; assumption|].
      revert Hv. apply eventually_mono. intros e He Hv.
      apply (Rmult_le_reg_l a); [exact Ha|].
      replace (a * (/ a * C * rate l m e)) with (C * rate l m e) by (field; lra).
      apply Rle_trans with (1 := Hf (fun y => K y <= e)). exact Hv.
    - apply (change_upper a K l m Ha Hf).
    - intros [C [HC Hv]]. exists (/ b * C).
      assert (Hi : 0 < / b) by (apply Rinv_0_lt_compat, Hb).
      split; [apply Rmult_lt_0_compat; assumption|].
      revert Hv. apply eventually_mono. intros e He Hv.
      apply (Rmult_le_reg_l b); [exact Hb|].
      replace (b * (/ b * C * rate l m e)) with (C * rate l m e) by (field; lra).
      apply Rle_trans with (2 := Hc (fun y => K y <= e)). exact Hv.
  Qed.
End Change.

(** ** Charts *)

(** In the coordinates of a chart K is a unit times a monomial; the Jacobian is a bounded factor
    times the amplitude. [covers] or [fits] says that the chart is of this piece of the region. *)
Section Charts.
  Variables (Y : volume) (K : space Y -> R).

  Definition normal (X : volume) (f : space X -> space Y) (exponents : list (nat * R)) : Prop :=
    exists M u c d, monomial exponents X M /\ 0 < c /\ (forall x, c <= u x <= d) /\
      forall x, K (f x) = u x * M x.

  Lemma normal_pole : forall X f exponents l, normal X f exponents ->
    smallest exponents = Some l ->
    at_least X (fun x => K (f x)) everything l (attained l exponents) /\
    at_most X (fun x => K (f x)) everything l (attained l exponents).
  Proof.
    intros X f exponents l [M [u [c [d [HM [Hc [Hu HK]]]]]]] E.
    destruct (monomial_pole_computed exponents X M l HM E) as [HL HU].
    assert (Hunit : forall x : space X, everything x -> 0 <= M x /\ c <= u x <= d).
    { intros x _. split; [apply (monomial_between _ _ _ HM) | apply Hu]. }
    destruct (unit_factor X M u everything c d l (attained l exponents) Hc Hunit)
      as [[H1 _] [H2 _]].
    split.
    - apply (monotone_lower X (fun x => u x * M x) _ _ 1); [lra | | exact (H1 HL)].
      intros x _. rewrite HK. lra.
    - apply (monotone_upper X _ (fun x => u x * M x) _ 1); [lra | | exact (H2 HU)].
      intros x _. rewrite HK. lra.
  Qed.

  (** A piece of the region with its chart, whose pole is (l, m). *)
  Definition charted (piece : space Y -> Prop) (l : R) (m : nat) : Prop :=
    exists X f exponents b, normal X f exponents /\ 0 < b /\ covers X Y f everything piece b /\
      smallest exponents = Some l /\ m = attained l exponents.

  (** Where finitely many charts cover a region, its pole is at least the worst of theirs … *)
  Theorem resolution_lower : forall (W : space Y -> Prop)
    (pieces : list ((space Y -> Prop) * (R * nat))) l m,
    pieces <> [] ->
    (forall y, W y -> exists p, In p pieces /\ fst p y) ->
    (forall p, In p pieces -> charted (fst p) (fst (snd p)) (snd (snd p))) ->
    (forall p, In p pieces -> is_below l m (fst (snd p)) (snd (snd p))) ->
    at_least Y K W l m.
  Proof.
    intros W pieces l m Hne Hcover Hchart Hbelow.
    apply (cover_lower Y K W pieces l m Hne Hcover); [|exact Hbelow].
    intros p Hp. destruct (Hchart p Hp) as [X [f [exponents [b [HN [Hb [HC [E Em]]]]]]]].
    rewrite Em. apply (change_lower X Y f everything (fst p) b K _ _ Hb HC).
    apply (normal_pole X f exponents _ HN E).
  Qed.

  (** … and at most that of each that fits. *)
  Theorem resolution_upper : forall (W piece : space Y -> Prop) X f exponents a l,
    (forall y, piece y -> W y) -> normal X f exponents -> 0 < a ->
    fits X Y f everything piece a -> smallest exponents = Some l ->
    at_most Y K W l (attained l exponents).
  Proof.
    intros W piece X f exponents a l Hin HN Ha Hf E.
    apply (region_upper Y K W piece _ _ Hin).
    apply (change_upper X Y f everything piece a K _ _ Ha Hf).
    apply (normal_pole X f exponents l HN E).
  Qed.
End Charts.
