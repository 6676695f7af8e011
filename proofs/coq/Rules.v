(** What is trusted: the laws of poles.

    This file proves nothing. It says what a chart and its centre mean, and lists what is taken from
    analysis and geometry as hypotheses: the fields of [pole_theory], each in words and in Coq, and
    Sturm's theorem. All that the theorems of Soundness.v say is: whoever grants these, and only
    these, has to grant what a certificate claims that the checker accepts. *)

From Coq Require Import Reals Qreals Bool.
From RLCT Require Import Checker Meaning.
Local Open Scope R_scope.

(** ** Charts and their centres *)

(** A point of a chart gives every variable a real value: coordinates first, then functions. *)
Definition on_centre (c : chart) (v : env) : Prop :=
  (forall r, In r (relations c) -> peval v r = 0) /\
  (forall i w, nth_error (coordinates c) i = Some w ->
     (local w = true -> v i = 0) /\ (half w = true -> 0 <= v i)) /\
  (forall z, In z (zeros c) -> peval v z = 0) /\
  (forall u, In u (units c) -> peval v u <> 0) /\
  (forall p, In p (positive c) -> 0 < peval v p) /\
  (forall k f a b, nth_error (functions c) k = Some f -> between f = Some (a, b) ->
     Q2R a < v (dim c + k)%nat < Q2R b).

(** Near the centre half-lines are half-lines and what is positive there is still positive. *)
Definition near_centre (c : chart) (v : env) : Prop :=
  (forall i w, nth_error (coordinates c) i = Some w -> half w = true -> 0 <= v i) /\
  (forall p, In p (positive c) -> 0 < peval v p).

(** The pole at a point depends on no more than this. *)
Definition same_germ (c d : chart) : Prop :=
  map (fun w => (half w, amplitude w)) (coordinates c)
  = map (fun w => (half w, amplitude w)) (coordinates d) /\
  relations c = relations d /\ generators c = generators d.

(** ** Order of poles: p is q or worse *)

Definition below (p q : pole) : Prop :=
  match fst p, fst q with
  | Some x, Some y => Q2R x < Q2R y \/ (Q2R x = Q2R y /\ (snd q <= snd p)%N)
  | Some _, None => True
  | None, None => (snd q <= snd p)%N
  | None, Some _ => False
  end.

(** ** Ideals *)

(** ∑ a·g over pairs (a, g). *)
Definition combined (v : env) (l : list (poly * poly)) : R :=
  total (map (fun ag => peval v (fst ag) * peval v (snd ag)) l).

(** e·f = ∑ a·g + ∑ b·r for generators g and relations r, and e has no zero on the centre: so f is
    in the ideal of the g, near every point of the centre. *)
Definition in_ideal (c : chart) (gs : list poly) (f : poly) : Prop :=
  exists e first second,
    (forall v, on_centre c v -> peval v e <> 0) /\
    (forall ag, In ag first -> In (snd ag) gs) /\
    (forall br, In br second -> In (snd br) (relations c)) /\
    (forall v, peval v e * peval v f = combined v first + combined v second).

(** ** Points of a child's chart and of the derived chart *)

(** Variable number source_i of the derived chart has scale_i times the value of variable i. *)
Definition matched (r : reference) (v v' : env) : Prop :=
  forall i, v (nth i (source r) i) = Q2R (nth i (scale r) 1%Q) * v' i.

(** ** What a step claims *)

Section Claims.
  (** [at_least c v P]: the pole of the chart's ideal, with its amplitude, at the point v is P or
      better; [at_most c v P]: it is P or worse. *)
  Variables at_least at_most : chart -> env -> pole -> Prop.

  Definition claims (c : chart) (lu : poles) : Prop :=
    (forall v, on_centre c v -> at_least c v (fst lu)) /\
    (finite (snd lu) = true -> exists v, on_centre c v /\ at_most c v (snd lu)).

  Definition claims_of (r : reference) : Prop :=
    claims (proved_chart (target r)) (proved_poles (target r)).
End Claims.

(** ** The laws *)

Record pole_theory := {
  at_least : chart -> env -> pole -> Prop;
  at_most : chart -> env -> pole -> Prop;

  (** At least P is at least all that is worse than P, and at most P at most all that is better. *)
  law_order_lower : forall c v p q, at_least c v q -> below p q -> at_least c v p;
  law_order_upper : forall c v p q, at_most c v p -> below p q -> at_most c v q;

  (** A pole has λ ≥ 0, and where λ = 0 its order counts for nothing. *)
  law_no_bound : forall c v, at_least c v (no_bound c);

  (** The pole depends on domains, amplitudes, relations and generators alone. *)
  law_germ_lower : forall c d v p, same_germ c d -> at_least c v p -> at_least d v p;
  law_germ_upper : forall c d v p, same_germ c d -> at_most c v p -> at_most d v p;

  (** Where a generator is not 0 there is no pole. *)
  law_unit : forall c v g, In g (generators c) -> peval v g <> 0 -> at_least c v nothing;

  (** Monotony: a smaller ideal has a worse pole. *)
  law_inclusion_lower : forall c v fs gs p,
    on_centre c v -> (forall f, In f fs -> in_ideal c gs f) ->
    at_least (with_generators c fs) v p -> at_least (with_generators c gs) v p;
  law_inclusion_upper : forall c v fs gs p,
    on_centre c v -> (forall f, In f fs -> in_ideal c gs f) ->
    at_most (with_generators c gs) v p -> at_most (with_generators c fs) v p;

  (** Terms of one sign cannot cancel: g and the ideal of its terms have the same pole. *)
  law_definite : forall c v before g after s p,
    on_centre c v -> (s = 1 \/ s = -1) ->
    (forall x t, near_centre c x -> In t g -> 0 <= s * teval x t) ->
    generators c = before ++ g :: after ->
    let d := with_generators c (before ++ after ++ map (fun t => [t]) g) in
    (at_least d v p -> at_least c v p) /\ (at_most d v p -> at_most c v p);

  (** Coordinates may be renamed and scaled, relations and generators multiplied by constants: at
      points that belong together the pole is the same. (That every point of the derived centre
      belongs to one of the child's, and back where the child's upper bound is used, is proved in
      Renaming.v.) *)
  law_renaming : forall r d lu v v' p,
    poles_of r d = Ok lu -> on_centre d v -> matched r v v' ->
    (at_least (proved_chart (target r)) v' p -> at_least d v p) /\
    (at_most (proved_chart (target r)) v' p -> at_most d v p);

  (** The Newton polyhedron (Howald 2001; Watanabe 2009): weights bound the pole of all monomials
      from above, a convex combination of monomials in the ideal from below. *)
  law_newton : forall c ws p ts lu,
    rule_newton c ws p ts = Ok lu -> claims at_least at_most c lu;

  (** Inversion of adjunction, and lct ≥ 1/multiplicity (Kollár 1997, §8). *)
  law_order : forall c g ds ks e lu,
    rule_order c g ds ks e = Ok lu -> claims at_least at_most c lu;

  (** Sums in disjoint variables: zeta functions multiply (Watanabe 2009, §4). *)
  law_sum : forall c parts p rs lu,
    (forall r, In r rs -> claims_of at_least at_most r) ->
    rule_sum c parts p rs = Ok lu -> claims at_least at_most c lu;

  (** Products in disjoint variables, one of them a monomial. *)
  law_factor : forall c ks rs lu,
    (forall r, In r rs -> claims_of at_least at_most r) ->
    rule_factor c ks rs = Ok lu -> claims at_least at_most c lu;

  (** The weighted blow-up is proper, its fibre over a point is covered by the charts, and in each
      the integral is transformed: the worst of the charts counts. *)
  law_blow_up : forall c pairs lus,
    pairs <> [] -> distinct (map fst pairs) = true ->
    (forall i a, In (i, a) pairs -> (1 <= a)%N /\ flag (locals c) i = true) ->
    Forall2 (claims at_least at_most) (blow_up_charts c pairs [] pairs) lus ->
    claims at_least at_most c (worst_of_both lus);

  (** The implicit function theorem: a polynomial becomes a coordinate. *)
  law_coordinate : forall c i p f e rs lu,
    (forall r, In r rs -> claims_of at_least at_most r) ->
    rule_coordinate c i p f e rs = Ok lu -> claims at_least at_most c lu;

  (** The change of variables s = w^n in an integral. *)
  law_fold : forall c i k rs lu,
    (forall r, In r rs -> claims_of at_least at_most r) ->
    rule_fold c i k rs = Ok lu -> claims at_least at_most c lu
}.

(** ** Sturm's theorem (1829), about the program that counts *)

Definition inside (low high : option Q) (x : R) : Prop :=
  (forall a, low = Some a -> Q2R a < x) /\ (forall b, high = Some b -> x < Q2R b).

Definition sturm : Prop := forall f low high,
  forallb qzero f = false ->
  exists roots : list R,
    NoDup roots /\ length roots = count_roots f low high /\
    forall x, In x roots <-> inside low high x /\ uvalue f x = 0.
