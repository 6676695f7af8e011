#!/usr/bin/env bash
# Lets the proof assistant Coq check certificates:
#
#     proofs/coq/run.sh                 all of proofs/, what must be refused, and the theorems
#     proofs/coq/run.sh FILE.json ...   these certificates alone
#     proofs/coq/run.sh --install ...   installs Coq (Debian's package `coq`) if it is not there
#
# Needs coqc (8.16 or later) and the program rlct, which turns certificates into terms of Coq: that
# of RLCT=..., or of target/, which is built if it is not there. Writes to target/coq alone.
# The exit code is 0 if all is as it should be, 1 if not, 2 if something is missing.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"

install=no
files=()
for argument in "$@"; do
    case "$argument" in
        --install) install=yes ;;
        -h | --help) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        -*) printf 'unknown option %s\n' "$argument" >&2; exit 2 ;;
        *) files+=("$(realpath -- "$argument")") ;;
    esac
done

if ! command -v coqc >/dev/null; then
    if [ "$install" = yes ]; then
        sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
        $sudo apt-get install -y coq
    else
        printf 'there is no coqc: install the package coq (apt-get install coq), or run %s --install\n' \
            "proofs/coq/run.sh" >&2
        exit 2
    fi
fi

target="${CARGO_TARGET_DIR:-$root/target}"
rlct="${RLCT:-}"
if [ -z "$rlct" ]; then
    rlct="$target/debug/rlct"
    [ -x "$rlct" ] || rlct="$target/release/rlct"
    if [ ! -x "$rlct" ]; then
        (cd "$root" && cargo build --all-features)
        rlct="$target/debug/rlct"
    fi
fi
if [ ! -x "$rlct" ]; then
    printf 'there is no program %s\n' "$rlct" >&2
    exit 2
fi
# From here on the work is done in another folder.
rlct="$(realpath -- "$rlct")"

mkdir -p "$target/coq"
build="$(realpath -- "$target/coq")"
cd "$build"
coq() { coqc -q -R "$build" RLCT "$1"; }

# Compiled once, and again when a source or one that it needs has changed.
changed=no
for source in Polynomial Format Checker Spoiled Meaning Rules Centre Renaming Soundness Volume \
    Combine Monomial Content Cube; do
    if [ "$changed" = no ] && [ -e "$source.vo" ] && cmp -s "$here/$source.v" "$source.v"; then
        continue
    fi
    changed=yes
    cp "$here/$source.v" "$source.v"
    printf 'compiling %s.v\n' "$source"
    coq "$source.v"
done

# A file's name as an identifier.
identifier() { printf 'c_%s' "$(printf %s "$1" | tr -c 'a-zA-Z0-9' _)"; }

# Writes the certificates in $@ as terms to $out.v, and a list of them; tells what it cannot write.
transcribe() {
    local file name label term
    : >"$out.v"
    : >"$out.list"
    : >"$out.errors"
    for file in "$@"; do
        label="${file%/certificate.json}"
        label="$(basename "${label%.json}")"
        name="$(identifier "$label")"
        while grep -q "($name)" "$out.list"; do name="${name}_"; done
        if term="$("$rlct" export --coq "$file" --name "$name" 2>>"$out.errors")"; then
            printf '%s\n' "$term" >>"$out.v"
            printf '("%s"%%string, judge %s, %s) (* (%s) *)\n' "$label" "$name" "$name" "$name" \
                >>"$out.list"
        fi
    done
    {
        printf 'From RLCT Require Import Spoiled.\nLocal Open Scope nat_scope.\n'
        printf 'Definition results : list (string * verdict * certificate) := [\n'
        paste -sd';' "$out.list" | sed 's/;(/;\n(/g'
        printf '].\n'
        cat <<'COQ'
Definition label (r : string * verdict * certificate) : string := fst (fst r).
Definition accepted (v : verdict) : bool :=
  match v with Exact _ _ | Bounds _ _ => true | Nothing | Refused _ _ => false end.
Definition judged := Eval vm_compute in map (fun r => (fst r, counts (snd r))) results.
Definition exact := filter (fun r => match snd (fst r) with Exact _ _ => true | _ => false end) judged.
Definition other := filter (fun r => negb (accepted (snd (fst r)))) judged.
Definition sum (f : nat * nat * nat -> nat) : N :=
  fold_right (fun r s => (N.of_nat (f (snd r)) + s)%N) 0%N judged.
Definition of_all := (N.of_nat (length results), N.of_nat (length judged - length other),
  N.of_nat (length exact), sum (fun x => fst (fst x)), sum (fun x => snd (fst x)), sum snd).
COQ
    } >>"$out.v"
}

# The answer of Coq to one Eval, on one line.
answer() { tr -s ' \n' ' ' | sed 's/^ *= //; s/ : [^:]*$//'; }

if [ "${#files[@]}" -gt 0 ]; then
    out=given
    transcribe "${files[@]}"
    cat "$out.errors" >&2
    [ -s "$out.list" ] || exit 1
    printf 'Eval vm_compute in map fst judged.\nEval vm_compute in of_all.\n' >>"$out.v"
    coq "$out.v" >given.out
    sed '/^ *: list/,$d' given.out
    read -r _ accepted _ <<<"$(sed '1,/^ *: list/d' given.out | answer | tr -d '()N%,')"
    [ "$accepted" = "${#files[@]}" ] || exit 1
    exit 0
fi

failed=no
SECONDS=0
printf '\nThe certificates of proofs/:\n'
out=proofs
all=("$root"/proofs/*/certificate.json)
transcribe "${all[@]}"
cat "$out.errors" >&2
cat >>"$out.v" <<'COQ'
Eval vm_compute in of_all.
COQ
numbers="$(coq "$out.v" | answer | tr -d '()N%,')"
read -r written accepted exact steps identities evidences <<<"$numbers"
printf '%s of %s accepted (%s exact, %s bounds): %s steps, %s identities, %s evidences; %s s\n' \
    "$accepted" "${#all[@]}" "$exact" "$((accepted - exact))" "$steps" "$identities" \
    "$evidences" "$SECONDS"
if [ "$accepted" != "${#all[@]}" ] || [ "$written" != "${#all[@]}" ]; then
    failed=yes
    printf 'From RLCT Require Import Spoiled proofs.\nEval vm_compute in map fst other.\n' >others.v
    coq others.v
fi

SECONDS=0
printf '\nThe same with one number changed (in the question, a chart, an identity, the claim):\n'
cat >spoiled.v <<'COQ'
From RLCT Require Import Spoiled proofs.
Local Open Scope nat_scope.
Definition changed := Eval vm_compute in
  flat_map (fun r => map (fun y => (label r, judge y)) (spoiled (snd r))) results.
Eval vm_compute in (N.of_nat (length changed),
  N.of_nat (length (filter (fun r => negb (accepted (snd r))) changed))).
Eval vm_compute in filter (fun r => accepted (snd r)) changed.
Eval vm_compute in firstn 4 (skipn 8 changed).
COQ
coq spoiled.v >spoiled.out
read -r changed refused <<<"$(sed -n 1,2p spoiled.out | answer | tr -d '()N%,')"
printf '%s of %s refused; %s s, among them\n' "$refused" "$changed" "$SECONDS"
sed '1,/^ *: list/d' spoiled.out | sed '$d'
if [ "$refused" != "$changed" ] || [ "$changed" -lt "${#all[@]}" ]; then
    failed=yes
    cat spoiled.out
fi

printf '\nFalse certificates, made by hand to be accepted:\n'
out=refused
false=("$root"/tests/data/refused-certificates/*.json)
transcribe "${false[@]}"
printf 'Eval vm_compute in map fst judged.\nEval vm_compute in of_all.\n' >>"$out.v"
coq "$out.v" >refused.out
sed '/^ *: list/,$d; s/^ *= \[/  /; s/\]$//' refused.out
sed 's/^error: .*\/\([^/]*\)\.json: /  not transcribed: \1: /' "$out.errors"
read -r written accepted _ <<<"$(sed '1,/^ *: list/d' refused.out | answer | tr -d '()N%,')"
told=$(grep -c '^error: ' "$out.errors" || true)
printf '%s of %s accepted; %s cannot be transcribed\n' "$accepted" "${#false[@]}" "$told"
if [ "$accepted" != 0 ] || [ "$((written + told))" != "${#false[@]}" ]; then
    failed=yes
fi

printf '\nThe theorems, and what they assume beside their hypotheses (the axioms of the reals):\n'
cat >theorems.v <<'COQ'
From Coq Require Import Reals.
From RLCT Require Import Soundness Volume Combine Monomial Content Cube.
Check accepted_is_a_derivation.
Check a_derivation_is_sound.
Check accepted_is_true.
Check cube_pole.
Print Assumptions accepted_is_true.
COQ
cat >>theorems.v <<'COQ'
Definition of_volumes := (order_lower, order_upper, bounds_agree, monotone_lower, monotone_upper,
  unit_factor, cover_lower, split_lower, region_upper, add_lower, add_upper, combine_lower,
  combine_lower_equal, combine_upper, combine_upper_equal, monomial_pole, change_both,
  resolution_lower, resolution_upper, content_rectangle, thin_measurable, cube_pole).
Print Assumptions of_volumes.
COQ
coq theorems.v >theorems.out
sed '/^Axioms:/,$d' theorems.out
printf 'axioms of all of them:\n'
# Lines that begin a name; the statements go on in indented ones.
grep -E '^[A-Za-z_.]+ *:|^[A-Za-z_.]+$' theorems.out \
    | grep -vE '^(Axioms|accepted_|a_derivation|cube_pole)' \
    | sed 's/ *:.*//' | sort -u | sed 's/^/  /'

[ "$failed" = no ] && printf '\nall as it should be\n' || printf '\nNOT as it should be\n'
[ "$failed" = no ]
