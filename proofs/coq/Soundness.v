(** What the checker's word is worth.

    Theorem [accepted_is_a_derivation]: if the checker accepts a certificate, then its steps are a
    derivation in the calculus of rules below, and the claim is what the derivation ends with.
    Theorem [a_derivation_is_sound]: in every theory of poles that has the laws of Rules.v, what is
    derived holds. Together: [accepted_is_true].

    Of the rules
    - unit, open, both, split, cover, ideal and definite have premises that speak of real points and
      polynomials, and are proved here: that the checker's evidence shows what it should (the only
      thing granted is Sturm's theorem), that the pieces are the whole, that the identities are
      identities; from there one law of Rules.v each, at most, leads to the claim;
    - blow_up has the charts that the checker computes as premises; the law is about them;
    - newton, order, sum, factor, coordinate and fold are replayed: their premise is that the
      checker's function says so, and the law is about this function.
    That a child's chart is the derived one, renamed and scaled, is proved as far as it concerns the
    centres (Renaming.v); the law is that such a change does not change a pole. *)

From Coq Require Import Reals Qreals Lra Lia Bool.
From RLCT Require Import Checker Meaning Rules Centre Renaming.
Local Open Scope bool_scope.
Local Open Scope nat_scope.
Local Open Scope R_scope.

(** ** The calculus *)

Inductive derives : chart -> poles -> Prop :=
| derive_unit : forall c ps,
    (forall p, In p ps -> In p (generators c)) ->
    (forall v, on_centre c v -> exists p, In p ps /\ peval v p <> 0) ->
    derives c (nothing, nothing)
| derive_open : forall c, derives c (no_bound c, nothing)
| derive_both : forall c l,
    l <> [] -> (forall lu, In lu l -> derives c lu) ->
    derives c (best (map fst l), worst (map snd l))
| derive_pieces : forall c ds lus,
    (forall d, In d ds -> same_germ d c) ->
    (forall v, on_centre c v <-> exists d, In d ds /\ on_centre d v) ->
    Forall2 derives ds lus ->
    derives c (worst_of_both lus)
| derive_ideal_forward : forall c fs lu,
    (forall f, In f fs -> in_ideal c (generators c) f) ->
    derives (with_generators c fs) lu ->
    derives c (fst lu, nothing)
| derive_ideal : forall c fs lu,
    (forall f, In f fs -> in_ideal c (generators c) f) ->
    (forall g, In g (generators c) -> in_ideal c fs g) ->
    derives (with_generators c fs) lu ->
    derives c lu
| derive_definite : forall c before g after s lu,
    (s = 1 \/ s = -1) ->
    (forall x t, near_centre c x -> In t g -> 0 <= s * teval x t) ->
    generators c = before ++ g :: after ->
    derives (with_generators c (before ++ after ++ map (fun t => [t]) g)) lu ->
    derives c lu
| derive_blow_up : forall c pairs lus,
    pairs <> [] -> distinct (map fst pairs) = true ->
    (forall i a, In (i, a) pairs -> (1 <= a)%N /\ flag (locals c) i = true) ->
    Forall2 derives (blow_up_charts c pairs [] pairs) lus ->
    derives c (worst_of_both lus)
| derive_renamed : forall r d lu,
    well_formed r ->
    derives (proved_chart (target r)) (proved_poles (target r)) ->
    poles_of r d = Ok lu ->
    derives d lu
| derive_replayed : forall c rule rs lu,
    (match rule with
     | Newton _ _ _ | Order _ _ _ _ | Sum _ _ _ | Factor _ _ | Coordinate_ _ _ _ _ _
     | Fold _ _ _ => True
     | _ => False
     end) ->
    (forall r, In r rs -> derives (proved_chart (target r)) (proved_poles (target r))) ->
    apply_rule c rule rs = Ok lu ->
    derives c lu.

(** ** Signs *)

Lemma even_pow_nonnegative : forall x e, N.even e = true -> 0 <= x ^ N.to_nat e.
Proof.
  intros x e H. apply N.even_spec in H as [k H]. subst e.
  rewrite N2Nat.inj_mul. change (N.to_nat 2) with 2%nat.
  rewrite pow_mult. apply pow_le. simpl. rewrite Rmult_1_r. apply Rle_0_sqr.
Qed.

Lemma odd_signed_nonnegative : forall v m signed i,
  (forall k, flag signed k = true -> 0 <= v (i + k)%nat) ->
  odd_signed signed m = true -> 0 <= meval_from i v m.
Proof.
  intros v m. induction m as [|e m IH]; intros signed i Hs H; simpl in *; [lra|].
  apply andb_prop in H as [H1 H2]. apply Rmult_le_pos.
  - apply orb_prop in H1 as [H1|H1]; [apply even_pow_nonnegative, H1|].
    apply pow_le. rewrite <- (Nat.add_0_r i). apply Hs. destruct signed; [discriminate|exact H1].
  - apply (IH (tl signed)); [|exact H2]. intros k Hk.
    replace (S i + k)%nat with (i + S k)%nat by lia. apply Hs. destruct signed; [|exact Hk].
    destruct k; discriminate.
Qed.

Lemma same_signs_values : forall c p, same_signs c p = true ->
  exists s, (s = 1 \/ s = -1) /\
    (forall v t, near_centre c v -> In t p -> 0 <= s * teval v t) /\
    (forall t, In t p -> Q2R (snd t) <> 0).
Proof.
  intros c p H. apply andb_prop in H as [Hodd Hsign].
  rewrite forallb_forall in Hodd.
  assert (Hm : forall v t, near_centre c v -> In t p -> 0 <= meval v (fst t)).
  { intros v t Hv Ht. apply (odd_signed_nonnegative v (fst t) (signed_variables c) 0).
    - exact (signed_nonnegative c v Hv).
    - apply Hodd, Ht. }
  apply orb_prop in Hsign as [Hs|Hs]; rewrite forallb_forall in Hs.
  - exists 1. split; [auto|]. split.
    + intros v t Hv Ht. specialize (Hm v t Hv Ht). specialize (Hs t Ht).
      apply qpos_true in Hs. unfold teval. nra.
    + intros t Ht. apply Rgt_not_eq, qpos_true, Hs, Ht.
  - exists (-1). split; [auto|]. split.
    + intros v t Hv Ht. specialize (Hm v t Hv Ht). specialize (Hs t Ht).
      apply qneg_true in Hs. unfold teval. nra.
    + intros t Ht. apply Rlt_not_eq, qneg_true, Hs, Ht.
Qed.

Lemma one_sign_nonzero : forall v p s t,
  (forall u, In u p -> 0 <= s * teval v u) -> In t p -> s * teval v t <> 0 -> peval v p <> 0.
Proof.
  intros v p s t Hall Hin Hne.
  assert (Hsum : forall q, (forall u, In u q -> 0 <= s * teval v u) -> 0 <= s * peval v q).
  { induction q as [|u q IH]; intro Hq; [simpl; lra|].
    rewrite peval_cons. assert (0 <= s * teval v u) by (apply Hq; left; reflexivity).
    assert (0 <= s * peval v q) by (apply IH; intros; apply Hq; right; assumption). lra. }
  apply in_split in Hin as [a [b E]]. subst p. intro Z.
  assert (Happ : forall x y, peval v (x ++ y) = peval v x + peval v y).
  { clear. induction x as [|u x IH]; intro y; [simpl; lra|].
    rewrite <- app_comm_cons, !peval_cons, IH. lra. }
  rewrite Happ, peval_cons in Z.
  assert (0 <= s * peval v a) by (apply Hsum; intros; apply Hall; apply in_or_app; auto).
  assert (0 <= s * peval v b)
    by (apply Hsum; intros; apply Hall; apply in_or_app; right; right; assumption).
  assert (0 <= s * teval v t) by (apply Hall, in_or_app; right; left; reflexivity).
  nra.
Qed.

(** ** Evidence *)

Section Evidence.
  Hypothesis Sturm : sturm.

  Lemma uvalue_zero : forall f, uvalue f 0 = Q2R (hd 0%Q f).
  Proof. intros [|c f]; simpl; [rewrite Q2R_0; reflexivity | ring]. Qed.

  Lemma nonzero_qzero : forall x, Q2R x = 0 -> qzero x = true.
  Proof. intros x H. destruct (qzero x) eqn:E; [reflexivity|]. apply qzero_false in E. tauto. Qed.

  Lemma qmax_below : forall a b x, Q2R a < x -> Q2R b < x -> Q2R (qmax a b) < x.
  Proof. intros. unfold qmax. destruct (qlt a b); assumption. Qed.

  Lemma no_root_value : forall c v p i, on_centre c v -> (i < size c)%nat ->
    no_root c p i = true -> uvalue (one_variable i p) (v i) <> 0.
  Proof.
    intros c v p i on Hi H Z. unfold no_root in H.
    set (f := one_variable i p) in *.
    set (below_out := flag (map half (coordinates c)) i || flag (positive_variables c) i) in *.
    set (bounds := if Nat.leb (dim c) i then _ else None) in *.
    assert (Hb : forall a b, bounds = Some (a, b) -> Q2R a < v i < Q2R b).
    { intros a b E. unfold bounds in E. destruct (Nat.leb_spec (dim c) i) as [L|L]; [|discriminate].
      destruct (nth_error (functions c) (i - dim c)) as [g|] eqn:N; [|discriminate].
      destruct on as [_ [_ [_ [_ [_ Hf]]]]]. specialize (Hf _ g a b N E).
      replace (dim c + (i - dim c))%nat with i in Hf by lia. exact Hf. }
    assert (Hout : below_out = true -> 0 <= v i).
    { intro E. unfold below_out in E. apply orb_prop in E as [E|E].
      - exact (half_nonnegative c v on i E).
      - apply flag_map in E as [_ E]. apply Rlt_le, (positive_name_positive c v on i E). }
    clearbody bounds below_out.
    set (low := match bounds with
                | Some (a, _) => Some (if below_out then qmax a 0 else a)
                | None => if below_out then Some 0%Q else None
                end) in *.
    set (high := match bounds with Some (_, b) => Some b | None => None end) in *.
    destruct (forallb qzero f) eqn:Hf; [discriminate|].
    destruct (Sturm f low high Hf) as [roots [Hnodup [Hlength Hroots]]].
    destruct (Req_dec (v i) 0) as [V|V].
    - (* the root 0 *)
      rewrite V, uvalue_zero in Z. apply nonzero_qzero in Z. rewrite Z in H.
      assert (Hzb : match bounds with Some (a, b) => qneg a && qpos b | None => true end = true).
      { destruct bounds as [[a b]|]; [|reflexivity]. specialize (Hb a b eq_refl). rewrite V in Hb.
        apply andb_true_intro. split; [apply qneg_iff; lra|].
        destruct (qpos b) eqn:P; [reflexivity|]. exfalso.
        destruct b as [[|q|q] d]; try discriminate.
        - unfold Q2R in Hb; simpl in Hb. lra.
        - pose proof (qneg_true (Zneg q # d) eq_refl). lra. }
      rewrite Hzb in H.
      destruct (flag (unit_variables c) i) eqn:U.
      + exact (unit_variable_nonzero c v on i U V).
      + simpl in H. discriminate.
    - assert (Hin : inside low high (v i)).
      { split.
        - intros a E. unfold low in E. destruct bounds as [[a' b']|].
          + specialize (Hb a' b' eq_refl). destruct below_out.
            * injection E as E. subst a. apply qmax_below; [lra|]. rewrite Q2R_0.
              specialize (Hout eq_refl). lra.
            * injection E as E. subst a. lra.
          + destruct below_out; [|discriminate]. injection E as E. subst a. rewrite Q2R_0.
            specialize (Hout eq_refl). lra.
        - intros b E. unfold high in E. destruct bounds as [[a' b']|]; [|discriminate].
          injection E as E. subst b. specialize (Hb a' b' eq_refl). lra. }
      assert (Hx : In (v i) roots) by (apply Hroots; auto).
      destruct (qzero (hd 0%Q f)) eqn:R0.
      + destruct (match bounds with Some (a, b) => qneg a && qpos b | None => true end
                  && negb (flag (unit_variables c) i)) eqn:B.
        { rewrite andb_true_l in H. rewrite B in H. simpl in H. discriminate. }
        rewrite andb_true_l in H. rewrite B in H. cbn [orb] in H.
        destruct (match low with None => true | Some a => qneg a end) eqn:L;
          [destruct (match high with None => true | Some b => qpos b end) eqn:G|];
          cbn [andb] in H; apply Nat.eqb_eq in H; rewrite H in Hlength.
        * assert (H0 : In 0 roots).
          { apply Hroots. split.
            - split.
              + intros a E. rewrite E in L. apply qneg_true, L.
              + intros b E. rewrite E in G. apply qpos_true, G.
            - rewrite uvalue_zero. apply qzero_true, R0. }
          destruct roots as [|r [|r' l]]; try discriminate.
          destruct Hx as [Hx|[]]. destruct H0 as [H0|[]]. congruence.
        * destruct roots; [destruct Hx | discriminate].
        * destruct roots; [destruct Hx | discriminate].
      + cbn [andb orb] in H. apply Nat.eqb_eq in H. rewrite H in Hlength.
        destruct roots; [destruct Hx | discriminate].
  Qed.

  Lemma shows_no_zero_value : forall c v e b, on_centre c v ->
    shows_no_zero c e b = Ok tt -> peval v e <> 0.
  Proof.
    intros c v e [|n] on H; simpl in H.
    - step H. apply need_only in H. apply andb_prop in Hyes as [_ Hs].
      apply same_signs_values in Hs as [s [Hs [Hterms Hcoefficients]]].
      apply existsb_exists in H as [t [Ht Hw]].
      apply (one_sign_nonzero v e s t).
      + intros u Hu. apply Hterms; [apply on_near, on | exact Hu].
      + exact Ht.
      + assert (Hm : meval v (fst t) <> 0).
        { apply (within_nonzero v (fst t) (unit_variables c) 0); [|exact Hw].
          exact (unit_variable_nonzero c v on). }
        specialize (Hcoefficients t Ht). unfold teval.
        intro Z. apply Rmult_integral in Z as [Z|Z]; [destruct Hs; lra|].
        apply Rmult_integral in Z as [|]; contradiction.
    - step H. unfold number in Hx. step Hx. injection Hx as Hx. subst x.
      step H. step H. apply need_only in H. apply andb_prop in Hyes0 as [_ Ho].
      apply N.ltb_lt in Hyes.
      rewrite <- (one_variable_value v e (marks (size c) [N.to_nat n]) (N.to_nat n)).
      + apply no_root_value with (c := c); auto. lia.
      + intros j Hj. apply flag_map in Hj as [_ Hj]. apply mem_in in Hj as [|[]]; auto.
      + exact Ho.
  Qed.

  Lemma linear_zero : forall v l pairs p, linear l pairs = Ok p ->
    (forall q, In q l -> peval v q = 0) -> peval v p = 0.
  Proof.
    intros v l pairs p H Hz. unfold linear in H. step H. injection H as H. subst p.
    rewrite peval_psum. apply each_ok in Hx.
    induction Hx as [|[k a] y pairs ys Hy _ IH]; simpl; [reflexivity|].
    rewrite IH. step Hy. injection Hy as Hy. subst y. rewrite peval_pmul.
    apply entry_in in Hx. rewrite (Hz _ Hx). ring.
  Qed.

  Lemma unit_product_nonzero : forall c v ns u, on_centre c v ->
    unit_product c ns = Ok u -> peval v u <> 0.
  Proof.
    intros c v ns u on H. unfold unit_product in H. step H. injection H as H. subst u.
    apply each_ok in Hx.
    assert (Hall : forall q, In q (map fst (combine (map (restrict c) (all_units c)) ns)) ->
                             peval v q <> 0).
    { intros q Hq. apply in_map_iff in Hq as [[a n] [E Hq]]. simpl in E. subst a.
      apply in_combine_l in Hq. apply in_map_iff in Hq as [w [E Hw]]. subst q.
      rewrite restrict_value by exact on. apply all_units_nonzero with (c := c); assumption. }
    induction Hx as [|[q n] y l ys Hy _ IH]; cbn [fold_right].
    - rewrite peval_pone. lra.
    - rewrite peval_pmul. apply Rmult_integral_contrapositive_currified.
      + unfold power in Hy. step Hy. injection Hy as Hy. subst y. rewrite peval_ppow.
        apply pow_nonzero, Hall. left. reflexivity.
      + apply IH. intros r Hr. apply Hall. right. exact Hr.
  Qed.

  Lemma combination_nonzero : forall c v ps fs, on_centre c v ->
    total (map (peval v) (map2 (fun a q => pmul a (restrict c q)) fs ps)) <> 0 ->
    exists p, In p ps /\ peval v p <> 0.
  Proof.
    intros c v ps. induction ps as [|p ps IH]; intros [|a fs] on H; simpl in H; try lra.
    rewrite peval_pmul, restrict_value in H by exact on.
    destruct (Req_dec (peval v p) 0) as [Z|Z].
    - destruct (IH fs on) as [q [Hq Hne]].
      + rewrite Z in H. lra.
      + exists q. split; [right|]; assumption.
    - exists p. split; [left; reflexivity | exact Z].
  Qed.

  (** What evidence is for. *)
  Theorem no_common_zero_value : forall c v ps e, on_centre c v ->
    no_common_zero c ps e = Ok tt -> exists p, In p ps /\ peval v p <> 0.
  Proof.
    intros c v ps e on H. unfold no_common_zero in H.
    apply bind_ok in H as [fs [_ H]].
    apply bind_ok in H as [second [Hsecond H]].
    assert (Hz : peval v second = 0).
    { apply (linear_zero v _ _ _ Hsecond). intros q Hq. apply in_map_iff in Hq as [z [E Hin]].
      subst q. rewrite restrict_value by exact on.
      destruct on as [Hr [_ [Hzeros _]]]. apply in_app_or in Hin as [|]; auto. }
    set (first := psum (map2 (fun a q => pmul a (restrict c q)) fs ps)) in *.
    assert (Hne : peval v (padd first second) <> 0).
    { destruct (exponents e) as [|n ns]; destruct (rest e) as [r|]; try discriminate.
      - exact (shows_no_zero_value _ _ _ _ on H).
      - apply need_ok in H as [_ H]. apply bind_ok in H as [u [Hu H]].
        apply need_ok in H as [Hid H].
        apply (peq_true v) in Hid. rewrite <- Hid, peval_pmul.
        apply Rmult_integral_contrapositive_currified.
        + exact (shows_no_zero_value _ _ _ _ on H).
        + exact (unit_product_nonzero _ _ _ _ on Hu). }
    rewrite peval_padd, Hz, Rplus_0_r in Hne. unfold first in Hne. rewrite peval_psum in Hne.
    exact (combination_nonzero _ _ _ _ on Hne).
  Qed.

  Lemma non_zero_value : forall c v p e, on_centre c v ->
    non_zero c p e = Ok tt -> peval v p <> 0.
  Proof.
    intros c v p [e|] on H; simpl in H.
    - apply (no_common_zero_value c v [p] e on) in H as [q [[E|[]] Hne]]. subst q. exact Hne.
    - destruct (pconstant (restrict c p)) as [a|] eqn:E; [|discriminate].
      apply (pconstant_value v) in E as [E Hne]. rewrite <- (restrict_value c v on p), E. exact Hne.
  Qed.

  (** ** Ideals *)

  Lemma linear_combined : forall l pairs p, linear l pairs = Ok p ->
    exists ag, (forall x, In x ag -> In (snd x) l) /\ forall v, peval v p = combined v ag.
  Proof.
    intros l pairs p H. unfold linear in H. step H. injection H as H. subst p.
    apply each_ok in Hx.
    assert (G : exists ag, (forall x, In x ag -> In (snd x) l) /\
                  forall v, total (map (peval v) x) = combined v ag).
    { induction Hx as [|[k a] y pairs ys Hy _ [ag [Hin Hv]]].
      - exists []. split; [intros x []|]. reflexivity.
      - step Hy. injection Hy as Hy. subst y. apply entry_in in Hx.
        exists ((pnorm a, x) :: ag). split.
        + intros z [E|Hz]; [subst z; exact Hx | auto].
        + intro v. cbn [map total fold_right]. fold (total (map (peval v) ys)). rewrite Hv.
          rewrite peval_pmul. reflexivity. }
    destruct G as [ag [Hin Hv]]. exists ag. split; [exact Hin|].
    intro v. rewrite peval_psum. apply Hv.
  Qed.

  Lemma row_in_ideal : forall c given goal r,
    row_holds c given goal r = Ok tt -> in_ideal c given goal.
  Proof.
    intros c given goal r H. unfold row_holds in H.
    set (u := match row_unit r with Some p => pnorm p | None => pone end) in *.
    apply bind_ok in H as [[] [Hu H]].
    apply bind_ok in H as [first [Hfirst H]].
    apply bind_ok in H as [second [Hsecond H]].
    apply need_only in H.
    apply linear_combined in Hfirst as [ag [Hag Hv]].
    apply linear_combined in Hsecond as [br [Hbr Hw]].
    exists u, ag, br. split; [|split; [exact Hag | split; [exact Hbr|]]].
    - intros v on. exact (non_zero_value c v u _ on Hu).
    - intro v. apply (peq_true v) in H. rewrite peval_pmul, peval_padd, Hv, Hw in H. exact H.
  Qed.

  Lemma rows_in_ideal : forall c given goals rows,
    rows_hold c given goals rows = Ok tt -> forall g, In g goals -> in_ideal c given g.
  Proof.
    intros c given goals rows H. unfold rows_hold in H.
    apply need_ok in H as [Hlen H]. apply bind_ok in H as [ys [H _]].
    apply Nat.eqb_eq in Hlen. apply each_ok in H.
    revert rows ys Hlen H. induction goals as [|g0 goals IH]; intros rows ys Hlen H g Hg;
      [destruct Hg|].
    destruct rows as [|r rows]; [discriminate|]. simpl in H, Hlen.
    inversion H as [|x y l ys' Hx Hrest]; subst. destruct Hg as [E|Hg].
    - subst g0. destruct y. exact (row_in_ideal _ _ _ _ Hx).
    - apply (IH rows ys'); auto.
  Qed.

  (** ** Every step is one of the calculus *)

  Definition derived (p : proved) : Prop := derives (proved_chart p) (proved_poles p).
  Definition derived_reference (r : reference) : Prop := well_formed r /\ derived (target r).

  Lemma poles_of_derived : forall r d lu,
    derived_reference r -> poles_of r d = Ok lu -> derives d lu.
  Proof. intros r d lu [W H] E. exact (derive_renamed r d lu W H E). Qed.

  Lemma poles_of_all_derived : forall rs ds lu,
    (forall r, In r rs -> derived_reference r) -> poles_of_all rs ds = Ok lu ->
    ds <> [] /\ exists lus, Forall2 derives ds lus /\ lu = worst_of_both lus.
  Proof.
    intros rs ds lu Hr H. unfold poles_of_all in H.
    apply need_ok in H as [Hlen H]. apply bind_ok in H as [lus [H E]]. injection E as E. subst lu.
    apply andb_prop in Hlen as [Hlen Hne]. apply Nat.eqb_eq in Hlen.
    split; [intro E; subst ds; discriminate|]. exists lus. split; [|reflexivity].
    apply each_ok in H. clear Hne. revert ds lus Hlen H.
    induction rs as [|r rs IH]; intros [|d ds] lus Hlen H; try discriminate; simpl in H.
    - inversion H. constructor.
    - inversion H as [|x y l ys Hx Hrest]; subst. simpl in Hx. constructor.
      + apply (poles_of_derived r); [apply Hr; left; reflexivity | exact Hx].
      + apply IH; auto. intros r' Hr'. apply Hr. right. exact Hr'.
  Qed.

  Lemma with_unit_centre : forall c p v,
    on_centre (with_unit c p) v <-> on_centre c v /\ peval v p <> 0.
  Proof.
    intros c p v. unfold on_centre, with_unit, dim, relations; simpl. split.
    - intros [Hr [Hc [Hz [Hu [Hp Hf]]]]]. split.
      + repeat split; auto; try (apply (Hc _ _ H)); try (apply (Hf _ _ _ _ H H0)).
        intros u H. apply Hu, in_or_app. auto.
      + apply Hu, in_or_app. right. left. reflexivity.
    - intros [[Hr [Hc [Hz [Hu [Hp Hf]]]]] Hne].
      repeat split; auto; try (apply (Hc _ _ H)); try (apply (Hf _ _ _ _ H H0)).
      intros u H. apply in_app_or in H as [H|[H|[]]]; [auto | subst; exact Hne].
  Qed.

  Lemma nth_replace : forall A (l : list A) i j x y,
    nth_error (replace i x l) j = Some y ->
    (j = i /\ y = x) \/ (j <> i /\ nth_error l j = Some y).
  Proof.
    intros A l. induction l as [|z l IH]; intros [|i] [|j] x y H; simpl in *; try discriminate.
    - left. injection H as H. auto.
    - right. auto.
    - right. auto.
    - destruct (IH i j x y H) as [[E1 E2]|[E1 E2]]; [left|right]; auto.
  Qed.

  Lemma nth_replaced : forall A (l : list A) i j x y, nth_error l j = Some y ->
    nth_error (replace i x l) j = Some (if Nat.eqb i j then x else y).
  Proof.
    intros A l. induction l as [|z l IH]; intros [|i] [|j] x y H; simpl in *; try discriminate;
      auto.
  Qed.

  Lemma replace_map : forall (w : coordinate) ws i,
    nth_error ws i = Some w ->
    map (fun w => (half w, amplitude w)) (replace i (Coordinate (half w) true (amplitude w)) ws)
    = map (fun w => (half w, amplitude w)) ws.
  Proof.
    intros w ws. induction ws as [|z ws IH]; intros [|i] H; simpl in *; try discriminate.
    - injection H as H. subst z. reflexivity.
    - f_equal. apply IH, H.
  Qed.

  Lemma replace_length : forall A (l : list A) i x, length (replace i x l) = length l.
  Proof. intros A l. induction l as [|z l IH]; intros [|i] x; simpl; auto. Qed.

  Lemma added_zero_centre : forall c p v,
    on_centre (Chart (coordinates c) (functions c) (zeros c ++ [p]) (units c) (positive c)
                     (generators c)) v <-> on_centre c v /\ peval v p = 0.
  Proof.
    intros c p v. unfold on_centre, dim, relations; simpl. split.
    - intros [Hr [Hc [Hz [Hu [Hp Hf]]]]]. split.
      + repeat split; auto; try (apply (Hc _ _ H)); try (apply (Hf _ _ _ _ H H0)).
        intros u H. apply Hz, in_or_app. auto.
      + apply Hz, in_or_app. right. left. reflexivity.
    - intros [[Hr [Hc [Hz [Hu [Hp Hf]]]]] Hne].
      repeat split; auto; try (apply (Hc _ _ H)); try (apply (Hf _ _ _ _ H H0)).
      intros u H. apply in_app_or in H as [H|[H|[]]]; [auto | subst; exact Hne].
  Qed.

  Lemma with_zero_centre : forall c p v,
    on_centre (with_zero c p) v <-> on_centre c v /\ peval v p = 0.
  Proof.
    intros c p v. unfold with_zero.
    destruct (alone p) as [[i a]|] eqn:A; [|apply added_zero_centre].
    destruct (nth_error (coordinates c) i) as [w|] eqn:W; [|apply added_zero_centre].
    destruct (local w) eqn:L; [apply added_zero_centre|].
    apply (alone_value v) in A as [Hne Hv]. rewrite Hv.
    assert (E : Q2R a * v i = 0 <-> v i = 0).
    { split; intro H; [|rewrite H; ring].
      apply Rmult_integral in H as [|]; [contradiction | assumption]. }
    rewrite E. unfold on_centre, dim, relations; simpl. rewrite replace_length. split.
    - intros [Hr [Hc [Hz [Hu [Hp Hf]]]]].
      pose proof (nth_replaced _ (coordinates c) i i
                    (Coordinate (half w) true (amplitude w)) w W) as Wi.
      rewrite Nat.eqb_refl in Wi. destruct (Hc _ _ Wi) as [Hl Hh]. simpl in Hl, Hh.
      split; [|auto].
      split; [exact Hr|]. split; [|repeat split; auto; apply (Hf _ _ _ _ H H0)].
      intros j u Hu'. pose proof (nth_replaced _ (coordinates c) i j
                    (Coordinate (half w) true (amplitude w)) u Hu') as Wj.
      destruct (Nat.eqb_spec i j) as [Eij|Nij].
      + subst j. rewrite W in Hu'. injection Hu' as Hu'. subst u.
        split; [intro; apply Hl; reflexivity | exact Hh].
      + apply (Hc _ _ Wj).
    - intros [[Hr [Hc [Hz [Hu [Hp Hf]]]]] Hi].
      split; [exact Hr|]. split; [|repeat split; auto; apply (Hf _ _ _ _ H H0)].
      intros j u Hu'. apply nth_replace in Hu' as [[Ej Eu]|[Nj Hu']].
      + subst. simpl. split; [auto|]. apply (Hc _ _ W).
      + apply (Hc _ _ Hu').
  Qed.

  Lemma with_unit_germ : forall c p, same_germ (with_unit c p) c.
  Proof. intros. repeat split. Qed.

  Lemma with_zero_germ : forall c p, same_germ (with_zero c p) c.
  Proof.
    intros c p. unfold with_zero, same_germ, relations.
    destruct (alone p) as [[i a]|]; [|auto].
    destruct (nth_error (coordinates c) i) as [w|] eqn:W; [|auto].
    destruct (local w); simpl; [auto|]. rewrite (replace_map w (coordinates c) i W). auto.
  Qed.

  Lemma with_generators_self : forall c, with_generators c (generators c) = c.
  Proof. intros []. reflexivity. Qed.

  Lemma rule_derives : forall c rule rs lu,
    (forall r, In r rs -> derived_reference r) ->
    apply_rule c rule rs = Ok lu -> derives c lu.
  Proof.
    intros c rule rs lu Hrs H.
    destruct rule as [g e| |ws p ts|g ds ks e|l|parts p l|ks l|ws l|p l|ps e l|i p f e l
                     |fw bk l|g l|i k l];
      try (refine (derive_replayed c _ rs lu _ (fun r Hr => proj2 (Hrs r Hr)) H); exact I); cbn [apply_rule] in H.
    - (* unit *)
      unfold rule_unit in H. apply bind_ok in H as [ps [Hps H]].
      apply bind_ok in H as [[] [He H]]. injection H as H. subst lu.
      apply (derive_unit c ps).
      + intros q Hq. destruct g as [i|].
        * apply bind_ok in Hps as [q' [Hi E]]. injection E as E. subst ps.
          destruct Hq as [E|[]]. subst q'. exact (entry_in _ _ _ _ Hi).
        * injection Hps as E. subst ps. destruct Hq.
      + intros v on. exact (no_common_zero_value c v ps e on He).
    - (* open *) injection H as H. subst lu. apply derive_open.
    - (* both *)
      unfold rule_both in H. apply need_ok in H as [Hlen H].
      apply bind_ok in H as [lus [H E]]. injection E as E. subst lu.
      apply each_ok in H. apply derive_both.
      + intro E. subst lus. inversion H. subst rs. discriminate.
      + clear Hlen. induction H as [|r lu rs lus Hr _ IH]; [intros ? []|].
        intros lu' [E|Hin].
        * subst lu'. apply (poles_of_derived r); [apply Hrs; left; reflexivity | exact Hr].
        * apply IH; [|exact Hin]. intros r' Hr'. apply Hrs. right. exact Hr'.
    - (* blow_up *)
      unfold rule_blow_up in H. apply bind_ok in H as [pairs [Hpairs H]].
      apply need_ok in H as [Hdist H]. apply need_ok in H as [Hloc H].
      apply andb_prop in Hdist as [Hne Hdist].
      destruct (poles_of_all_derived _ _ _ Hrs H) as [_ [lus [Hf E]]]. subst lu.
      apply (derive_blow_up c pairs lus); auto.
      + intro E. subst pairs. discriminate.
      + intros i a Hin. rewrite forallb_forall in Hloc. specialize (Hloc _ Hin). simpl in Hloc.
        apply andb_prop in Hloc as [H1 H2]. apply N.leb_le in H1. auto.
    - (* split *)
      unfold rule_split in H. apply need_ok in H as [_ H].
      set (q := pnorm p) in *.
      destruct (poles_of_all_derived _ _ _ Hrs H) as [_ [lus [Hf E]]]. subst lu.
      apply (derive_pieces c [with_unit c q; with_zero c q]); [| |exact Hf].
      + intros d [E|[E|[]]]; subst d; [apply with_unit_germ | apply with_zero_germ].
      + intro v. split.
        * intro on. destruct (Req_dec (peval v q) 0) as [Z|Z].
          -- exists (with_zero c q). split; [right; left; reflexivity|].
             apply with_zero_centre. auto.
          -- exists (with_unit c q). split; [left; reflexivity|]. apply with_unit_centre. auto.
        * intros [d [[E|[E|[]]] on]]; subst d.
          -- apply with_unit_centre in on. tauto.
          -- apply with_zero_centre in on. tauto.
    - (* cover *)
      unfold rule_cover in H. apply need_ok in H as [_ H].
      set (qs := map pnorm ps) in *. apply bind_ok in H as [[] [He H]].
      destruct (poles_of_all_derived _ _ _ Hrs H) as [_ [lus [Hf E]]]. subst lu.
      apply (derive_pieces c (map (with_unit c) qs)); [| |exact Hf].
      + intros d Hd. apply in_map_iff in Hd as [q [E _]]. subst d. apply with_unit_germ.
      + intro v. split.
        * intro on. destruct (no_common_zero_value c v qs e on He) as [q [Hq Hne]].
          exists (with_unit c q). split; [apply in_map, Hq|]. apply with_unit_centre. auto.
        * intros [d [Hd on]]. apply in_map_iff in Hd as [q [E _]]. subst d.
          apply with_unit_centre in on. tauto.
    - (* ideal *)
      unfold rule_ideal in H. apply bind_ok in H as [r [Hr H]].
      apply need_ok in H as [_ H]. apply bind_ok in H as [fs [_ H]].
      apply bind_ok in H as [[] [Hforward H]]. apply bind_ok in H as [lu' [Hlu H]].
      assert (Hin : derived_reference r).
      { unfold only_child in Hr. destruct rs as [|r' [|? ?]]; try discriminate.
        injection Hr as Hr. subst r'. apply Hrs. left. reflexivity. }
      pose proof (poles_of_derived r _ _ Hin Hlu) as Hd.
      pose proof (rows_in_ideal _ _ _ _ Hforward) as Hf.
      destruct bk as [|b bk].
      + injection H as H. subst lu. exact (derive_ideal_forward c fs lu' Hf Hd).
      + apply bind_ok in H as [[] [Hback H]]. injection H as H. subst lu'.
        exact (derive_ideal c fs lu Hf (rows_in_ideal _ _ _ _ Hback) Hd).
    - (* definite *)
      unfold rule_definite in H. apply bind_ok in H as [k [Hk H]].
      apply bind_ok in H as [q [Hq H]]. apply need_ok in H as [Hs H].
      apply bind_ok in H as [r [Hr H]]. apply andb_prop in Hs as [_ Hs].
      assert (Hin : derived_reference r).
      { unfold only_child in Hr. destruct rs as [|r' [|? ?]]; try discriminate.
        injection Hr as Hr. subst r'. apply Hrs. left. reflexivity. }
      destruct (same_signs_values c q Hs) as [s [Hs1 [Hs2 _]]].
      unfold entry in Hq. rewrite Hk in Hq. cbn [bind] in Hq.
      destruct (nth_error (generators c) k) as [q'|] eqn:E; [|discriminate].
      injection Hq as Hq. subst q'.
      apply (derive_definite c (firstn k (generators c)) q (skipn (S k) (generators c)) s lu);
        auto.
      + apply nth_error_split in E as [l1 [l2 [E1 E2]]]. rewrite E1. subst k.
        rewrite firstn_app, firstn_all, Nat.sub_diag. simpl firstn. rewrite app_nil_r.
        f_equal. f_equal.
        replace (S (length l1)) with (length (l1 ++ [q])) by (rewrite app_length; simpl; lia).
        replace (l1 ++ q :: l2) with ((l1 ++ [q]) ++ l2) by (rewrite <- app_assoc; reflexivity).
        rewrite skipn_app, skipn_all, Nat.sub_diag. reflexivity.
      + exact (poles_of_derived r _ _ Hin H).
  Qed.

  Lemma refer_target : forall done x r,
    refer done x = Ok r -> In (target r) done.
  Proof.
    intros done x r H. unfold refer in H. apply bind_ok in H as [t [Ht H]].
    apply bind_ok in H as [cs [_ H]]. apply bind_ok in H as [fs [_ H]].
    apply need_ok in H as [_ H]. apply need_ok in H as [_ H]. injection H as H. subst r.
    exact (entry_in _ _ _ _ Ht).
  Qed.

  Lemma check_step_derived : forall done s p,
    (forall q, In q done -> derived q) -> check_step done s = Ok p -> derived p.
  Proof.
    intros done s p Hd H. unfold check_step in H.
    apply bind_ok in H as [c [_ H]]. apply bind_ok in H as [rs [Hrs H]].
    apply bind_ok in H as [lu [Hlu H]]. injection H as H. subst p.
    apply (rule_derives c (step_rule s) rs lu); [|exact Hlu].
    apply each_ok in Hrs. intros r Hr.
    assert (G : exists x, refer done x = Ok r).
    { clear Hlu Hd. induction Hrs as [|x y l ys Hxy _ IH]; [destruct Hr|].
      destruct Hr as [E|Hr]; [subst y; exists x; exact Hxy | exact (IH Hr)]. }
    destruct G as [x G]. split; [exact (refer_well_formed _ _ _ G)|].
    apply Hd. exact (refer_target _ _ _ G).
  Qed.

  Lemma check_steps_derived : forall l done all,
    (forall q, In q done -> derived q) -> check_steps done l = Done all ->
    forall q, In q all -> derived q.
  Proof.
    induction l as [|s l IH]; intros done all Hd H; simpl in H.
    - injection H as H. subst all. exact Hd.
    - destruct (check_step done s) as [p|why] eqn:E; [|discriminate].
      apply (IH (done ++ [p]) all); [|exact H].
      intros q Hq. apply in_app_or in Hq as [Hq|[Hq|[]]]; [auto|]. subst q.
      exact (check_step_derived done s p Hd E).
  Qed.

  (** The poles of a loss are twice those of the ideal that it generates. *)
  Definition answer (x : certificate) (lu : poles) : poles :=
    match how_read (asked x) with
    | ReadIdeal => lu
    | _ => (double (fst lu), double (snd lu))
    end.

  (** If the checker accepts a certificate, its steps derive what it claims about its germ. *)
  Theorem accepted_is_a_derivation : forall x lu,
    checked x = Done lu ->
    exists root lu0,
      germ (version x) (asked x) = Ok root /\ derives root lu0 /\ lu = answer x lu0 /\
      pole_eq (claimed (claim_lower x)) (fst lu) = true /\
      match claim_upper x with
      | Some p => pole_eq (claimed p) (snd lu) = true
      | None => pole_eq nothing (snd lu) = true
      end.
  Proof.
    intros x lu H. unfold checked in H.
    destruct (negb _) in H; [discriminate|].
    destruct (germ (version x) (asked x)) as [root|] eqn:G; [|discriminate].
    destruct (check_steps [] (steps x)) as [all|] eqn:S; [|discriminate].
    destruct (conclude x root all) as [lu1|] eqn:C; [|discriminate].
    injection H as H. subst lu1.
    pose proof (check_steps_derived _ _ _ (fun q (Hq : In q []) => match Hq with end) S) as Hall.
    unfold conclude in C. apply need_ok in C as [_ C].
    destruct (rev all) as [|last_ before] eqn:R; [discriminate|].
    apply bind_ok in C as [r [Hr C]]. apply bind_ok in C as [lu0 [Hlu C]].
    apply need_ok in C as [Hlower C]. apply need_ok in C as [Hupper C].
    apply need_ok in C as [_ C].
    assert (Hd : derived_reference r).
    { split; [exact (refer_well_formed _ _ _ Hr)|].
      apply refer_target in Hr as [Hr|[]]. rewrite <- Hr.
      apply Hall. apply in_rev. rewrite R. left. reflexivity. }
    exists root, lu0. split; [reflexivity|]. split; [exact (poles_of_derived r _ _ Hd Hlu)|].
    assert (E : lu = answer x lu0).
    { injection C as C. subst lu. unfold answer. destruct (how_read (asked x)); reflexivity. }
    split; [exact E|].
    assert (E' : (match how_read (asked x) with
                  | ReadIdeal => lu0
                  | _ => (double (fst lu0), double (snd lu0))
                  end) = lu) by (symmetry; exact E).
    rewrite E' in Hlower, Hupper. apply andb_prop in Hlower as [_ Hlower]. split; [exact Hlower|].
    destruct (claim_upper x); [apply andb_prop in Hupper as [_ Hupper]|]; exact Hupper.
  Qed.
End Evidence.

(** ** Derivations are sound *)

Section Sound.
  Variable T : pole_theory.
  Let claims_T := claims (at_least T) (at_most T).

  Lemma same_germ_sym : forall c d, same_germ c d -> same_germ d c.
  Proof. intros c d [H1 [H2 H3]]. repeat split; symmetry; assumption. Qed.

  Lemma pieces_sound : forall c ds lus,
    (forall d, In d ds -> same_germ d c) ->
    (forall v, on_centre c v <-> exists d, In d ds /\ on_centre d v) ->
    Forall2 claims_T ds lus -> claims_T c (worst_of_both lus).
  Proof.
    intros c ds lus Hg Hz H. split; simpl.
    - intros v on. apply Hz in on as [d [Hd on]].
      assert (E : exists lu, In lu lus /\ claims_T d lu).
      { clear Hz Hg on. induction H as [|d' lu ds lus Hc _ IH]; [destruct Hd|].
        destruct Hd as [E|Hd]; [subst d'; exists lu; split; [left|]; auto|].
        destruct (IH Hd) as [lu' [Hin Hc']]. exists lu'. split; [right|]; auto. }
      destruct E as [lu [Hin [Hlower _]]].
      apply (law_germ_lower T d c); [apply Hg, Hd|].
      apply (law_order_lower T d v _ (fst lu)); [apply Hlower, on|].
      apply worst_below, in_map, Hin.
    - intro Hfin. apply worst_in in Hfin as Hin. apply in_map_iff in Hin as [lu [E Hin]].
      assert (G : exists d, In d ds /\ claims_T d lu).
      { clear Hz Hg Hfin E. induction H as [|d' lu' ds lus Hc _ IH]; [destruct Hin|].
        destruct Hin as [E|Hin]; [subst lu'; exists d'; split; [left|]; auto|].
        destruct (IH Hin) as [d [Hd Hc']]. exists d. split; [right|]; auto. }
      destruct G as [d [Hd [_ Hupper]]]. rewrite <- E in *.
      destruct (Hupper Hfin) as [v [on Hat]]. exists v. split.
      + apply Hz. exists d. auto.
      + apply (law_germ_upper T d c); [apply Hg, Hd | exact Hat].
  Qed.

  Lemma forall2_claims : forall (F : forall c lu, derives c lu -> claims_T c lu) ds lus,
    Forall2 derives ds lus -> Forall2 claims_T ds lus.
  Proof. intros F ds lus H. induction H; constructor; auto. Qed.

  Lemma with_generators_centre : forall c gs v,
    on_centre (with_generators c gs) v <-> on_centre c v.
  Proof. intros. reflexivity. Qed.

  Theorem a_derivation_is_sound : forall c lu, derives c lu -> claims_T c lu.
  Proof.
    fix IH 3. intros c lu D.
    destruct D as [c ps Hps Hne|c|c l Hne Hl|c ds lus Hg Hz Hf|c fs lu Hf D|c fs lu Hf Hb D
                  |c before g after s lu Hs Ht Hgens D|c pairs lus Hne Hdist Hloc Hf
                  |r d lu W D Hp|c rule rs lu Hrule Hrs Happ].
    - split; [|intro Hfin; discriminate Hfin]. intros v on. destruct (Hne v on) as [p [Hp Hv]].
      apply (law_unit T c v p); auto.
    - split; [|intro Hfin; discriminate Hfin]. intros v _. apply law_no_bound.
    - split; simpl.
      + intros v on. assert (Hin : In (best (map fst l)) (map fst l)).
        { apply best_in. intro E. apply Hne. destruct l; [reflexivity|discriminate]. }
        apply in_map_iff in Hin as [lu [E Hin]]. rewrite <- E.
        apply (proj1 (IH c lu (Hl lu Hin))), on.
      + intro Hfin. apply worst_in in Hfin as Hin. apply in_map_iff in Hin as [lu [E Hin]].
        rewrite <- E in *. exact (proj2 (IH c lu (Hl lu Hin)) Hfin).
    - apply (pieces_sound c ds lus Hg Hz).
      clear Hg Hz. revert ds lus Hf. fix IHf 3. intros ds lus Hf. destruct Hf as [|d lu ds lus Hd Hf].
      + constructor.
      + constructor; [exact (IH d lu Hd) | exact (IHf ds lus Hf)].
    - destruct (IH _ _ D) as [Hlower _]. split; [|intro Hfin; discriminate Hfin].
      intros v on. rewrite <- (with_generators_self c).
      apply (law_inclusion_lower T c v fs); auto.
    - destruct (IH _ _ D) as [Hlower Hupper]. split.
      + intros v on. rewrite <- (with_generators_self c).
        apply (law_inclusion_lower T c v fs); auto.
      + intro Hfin. destruct (Hupper Hfin) as [v [on Hat]]. exists v. split; [exact on|].
        rewrite <- (with_generators_self c).
        apply (law_inclusion_upper T c v (generators c) fs); auto.
    - destruct (IH _ _ D) as [Hlower Hupper]. split.
      + intros v on. apply (proj1 (law_definite T c v before g after s (fst lu) on Hs Ht Hgens)).
        apply Hlower. exact on.
      + intro Hfin. destruct (Hupper Hfin) as [v [on Hat]]. exists v. split; [exact on|].
        exact (proj2 (law_definite T c v before g after s (snd lu) on Hs Ht Hgens) Hat).
    - apply (law_blow_up T c pairs lus Hne Hdist Hloc).
      clear Hne Hdist Hloc. revert Hf. generalize (blow_up_charts c pairs [] pairs).
      intros ds Hf. revert ds lus Hf. fix IHf 3. intros ds lus Hf.
      destruct Hf as [|d lu ds lus Hd Hf].
      + constructor.
      + constructor; [exact (IH d lu Hd) | exact (IHf ds lus Hf)].
    - destruct (IH _ _ D) as [Hlower Hupper].
      destruct (centres_match r d W _ _ (brought_matched r (fun _ => 0) W) lu Hp)
        as [El [Eu _]]. split.
      + intros v on. pose proof (carried_matched r v W) as M.
        destruct (centres_match r d W _ _ M lu Hp) as [_ [_ [Hon _]]].
        rewrite El. apply (law_renaming T r d lu v (carried r v) _ Hp on M). auto.
      + intro Hfin. destruct Eu as [Eu|Eu]; [|rewrite Eu in Hfin; discriminate].
        rewrite Eu in Hfin. destruct (Hupper Hfin) as [v' [on Hat]].
        pose proof (brought_matched r v' W) as M.
        destruct (centres_match r d W _ _ M lu Hp) as [_ [_ [_ Hon]]].
        assert (on' : on_centre d (brought r v')).
        { apply Hon; [|exact on]. intro E. rewrite Eu in E. rewrite E in Hfin. discriminate. }
        exists (brought r v'). split; [exact on'|]. rewrite Eu.
        apply (law_renaming T r d lu (brought r v') v' _ Hp on' M). exact Hat.
    - assert (Hc : forall r, In r rs -> claims_of (at_least T) (at_most T) r)
        by (intros r Hr; exact (IH _ _ (Hrs r Hr))).
      destruct rule; try contradiction; cbn [apply_rule] in Happ.
      + exact (law_newton T _ _ _ _ _ Happ).
      + exact (law_order T _ _ _ _ _ _ Happ).
      + exact (law_sum T _ _ _ _ _ Hc Happ).
      + exact (law_factor T _ _ _ _ Hc Happ).
      + exact (law_coordinate T _ _ _ _ _ _ _ Hc Happ).
      + exact (law_fold T _ _ _ _ _ Hc Happ).
  Qed.
End Sound.

(** Whoever grants Sturm's theorem and the laws of poles has to grant what is accepted: of the germ
    that the question asks about, every point of the centre (it is one) has a pole at least the
    claimed one, and, if an upper bound is claimed, the pole is that or worse. *)
Theorem accepted_is_true : sturm -> forall (T : pole_theory) x lu,
  checked x = Done lu ->
  exists root lu0,
    germ (version x) (asked x) = Ok root /\
    claims (at_least T) (at_most T) root lu0 /\
    lu = answer x lu0 /\
    pole_eq (claimed (claim_lower x)) (fst lu) = true.
Proof.
  intros S T x lu H.
  destruct (accepted_is_a_derivation S x lu H) as [root [lu0 [G [D [E [L _]]]]]].
  exists root, lu0. repeat split; auto; apply (a_derivation_is_sound T root lu0 D).
Qed.
