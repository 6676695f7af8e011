(** Certificates with one number changed: none of them may be accepted. *)

From Coq Require Import ZArith.
From RLCT Require Export Checker.

(** The last coefficient plus one: of a polynomial of several terms not a multiple of it. *)
Fixpoint spoil_poly (p : poly) : poly :=
  match p with
  | [] => []
  | [(m, c)] => [(m, (c + 1)%Q)]
  | t :: p => t :: spoil_poly p
  end.

(** The first polynomial with several terms, if there is one. *)
Fixpoint spoil_first (l : list poly) : option (list poly) :=
  match l with
  | [] => None
  | p :: l =>
      match p with
      | _ :: _ :: _ => Some (spoil_poly p :: l)
      | _ => option_map (cons p) (spoil_first l)
      end
  end.

Fixpoint spoil_any {A : Type} (f : A -> option A) (l : list A) : option (list A) :=
  match l with
  | [] => None
  | x :: l => match f x with
              | Some y => Some (y :: l)
              | None => option_map (cons x) (spoil_any f l)
              end
  end.

Definition with_steps (x : certificate) (l : list step) : certificate :=
  Certificate (version x) (asked x) (claim_lower x) (claim_upper x) l.

(** A coefficient of the polynomial that is asked about. *)
Definition spoil_question (x : certificate) : option certificate :=
  let q := asked x in
  option_map (fun gs =>
    Certificate (version x)
      (Question (dimension q) gs (how_read q) (sum_of_squares q) (amplitudes q) (nonnegative q)
                (constants q) (place q)) (claim_lower x) (claim_upper x) (steps x))
    (spoil_first (question_generators q)).

(** A coefficient of the generators of the first chart that has a sum among them. *)
Definition spoil_chart (x : certificate) : option certificate :=
  option_map (with_steps x)
    (spoil_any (fun s =>
       let c := step_chart s in
       option_map (fun gs => Step (Chart (coordinates c) (functions c) (zeros c) (units c)
                                         (positive c) gs) (step_rule s))
                  (spoil_first (generators c))) (steps x)).

(** A coefficient of a factor in an identity between ideals. *)
Definition spoil_row (r : row) : option row :=
  match row_combination r with
  | (k, _ :: _ as p) :: l => Some (Row (row_unit r) (row_evidence r) ((k, spoil_poly p) :: l)
                                       (row_relations r))
  | _ => None
  end.

Definition spoil_identity (x : certificate) : option certificate :=
  option_map (with_steps x)
    (spoil_any (fun s =>
       match step_rule s with
       | Ideal f b l => option_map (fun f => Step (step_chart s) (Ideal f b l))
                                   (spoil_any spoil_row f)
       | _ => None
       end) (steps x)).

(** λ itself, a little larger. *)
Definition spoil_claim (x : certificate) : option certificate :=
  Some (Certificate (version x) (asked x)
          (Pole (stated_lambda (claim_lower x) + (1 # 7))%Q (stated_multiplicity (claim_lower x)))
          (claim_upper x) (steps x)).

Definition spoiled (x : certificate) : list certificate :=
  flat_map (fun o => match o with Some y => [y] | None => [] end)
           [spoil_question x; spoil_chart x; spoil_identity x; spoil_claim x].
