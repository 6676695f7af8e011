(** A certificate as data: what proofs/FORMAT.md describes, field by field. Polynomials are lists
    of terms (exponents, coefficient), multiplied out; variables are known by their number:
    coordinates, then functions. A list that may be left out is empty. *)

From Coq Require Export ZArith NArith QArith String List.
From RLCT Require Export Polynomial.
Export ListNotations.

(** Whole numbers, written short. *)
Definition int (n : Z) : Q := Qmake n 1.

Record coordinate := Coordinate { half : bool; local : bool; amplitude : Q }.

Record func := Function { relation : poly; between : option interval }.

Record chart := Chart {
  coordinates : list coordinate;
  functions : list func;
  zeros : list poly;
  units : list poly;
  positive : list poly;
  generators : list poly
}.

Inductive because := Signs | NoRealRoot (variable : N).

Record evidence := Evidence {
  combination : list poly;
  evidence_zeros : list (N * poly);
  exponents : list N;
  rest : option poly;
  why : because
}.

Record point := Point { values : list Q; intervals : list interval }.

Record child := Child {
  step_number : N;
  child_coordinates : list N;
  child_functions : list N;
  child_scale : list Q
}.

Record convex_term := ConvexTerm {
  term_generator : N;
  term_coefficient : Q;
  term_evidence : option evidence
}.

Record part := Part { part_coordinates : list N; part_functions : list N }.

Record row := Row {
  row_unit : option poly;
  row_evidence : option evidence;
  row_combination : list (N * poly);
  row_relations : list (N * poly)
}.

Inductive form := Explicit | Implicit.

Inductive rule :=
| Unit (generator : option N) (e : evidence)
| Open
| Newton (weights : list (list Q)) (p : option point) (terms : list convex_term)
| Order (generator : N) (derivatives : list (list N)) (divisor : list N) (e : evidence)
| Both (children : list child)
| Sum (parts : list part) (p : option point) (children : list child)
| Factor (monomial : list N) (children : list child)
| BlowUp (weights : list (N * N)) (children : list child)
| Split (p : poly) (children : list child)
| Cover (polynomials : list poly) (e : evidence) (children : list child)
| Coordinate_ (index : N) (p : poly) (f : form) (e : option evidence) (children : list child)
| Ideal (forward back : list row) (children : list child)
| Definite (generator : N) (children : list child)
| Fold (index power : N) (children : list child).

Record step := Step { step_chart : chart; step_rule : rule }.

Record constant := Constant {
  constant_relation : poly;
  constant_between : option interval;
  constant_evidence : evidence
}.

Inductive reading := ReadIdeal | ReadLoss | ReadAbsolute.

(** [multiplier]·K = ∑ c·q², the [terms] being the pairs (c, q). *)
Record squares := Squares { multiplier : option poly; terms : list (poly * poly) }.

Record question := Question {
  dimension : N;
  question_generators : list poly;
  how_read : reading;
  sum_of_squares : option squares;
  amplitudes : list Q;
  nonnegative : list N;
  constants : list constant;
  place : list poly
}.

Record stated_pole := Pole { stated_lambda : Q; stated_multiplicity : N }.

Record certificate := Certificate {
  version : N;
  asked : question;
  claim_lower : stated_pole;
  claim_upper : option stated_pole;
  steps : list step
}.
