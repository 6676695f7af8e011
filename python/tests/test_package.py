"""The package as a whole: names, stubs, the README."""

import ast
import doctest
import inspect
import pathlib
import re
import subprocess
import sys

import pytest

import rlct

HERE = pathlib.Path(__file__).parent
PACKAGE = pathlib.Path(rlct.__file__).parent


def test_the_version_is_that_of_the_workspace():
    manifest = HERE.parent.parent / "Cargo.toml"
    if not manifest.exists():
        pytest.skip("not in the repository")
    version = re.search(r'\[workspace.package\]\nversion = "(.*)"', manifest.read_text())
    assert version is not None and rlct.__version__ == version.group(1)


def test_every_public_name_is_there_and_described():
    for name in rlct.__all__:
        value = getattr(rlct, name)
        assert inspect.getdoc(value), name
    assert "llc" in dir(rlct)
    with pytest.raises(AttributeError, match="nothing"):
        rlct.nothing


def test_type_checkers_see_the_same_names():
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    seen = {
        alias.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }
    assert seen == rlct._WHERE


def test_the_types_are_right():
    api = pytest.importorskip("mypy.api")
    files = ["_exact", "_estimate", "_judge", "_losses", "plot", "torch"]
    paths = [str(PACKAGE / f"{name}.py") for name in files]
    config = HERE.parent / "pyproject.toml"
    told, _, code = api.run(["--config-file", str(config), "--follow-imports=silent", *paths])
    assert code == 0, told


def test_the_stubs_are_those_of_the_native_module():
    stubs = ast.parse((PACKAGE / "_rlct.pyi").read_text())
    stated = {
        node.name for node in stubs.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    there = {
        name
        for name, value in vars(rlct._rlct).items()
        if callable(value) and not name.startswith("__")
    }
    assert stated == there
    (native,) = (n for n in stubs.body if isinstance(n, ast.ClassDef) and n.name == "NativeLoss")
    methods = {n.name for n in native.body if isinstance(n, ast.FunctionDef)}
    assert methods == {n for n in vars(rlct._rlct.NativeLoss) if not n.startswith("__")}
    for node in stubs.body:
        if isinstance(node, ast.FunctionDef):
            signature = inspect.signature(getattr(rlct._rlct, node.name))
            names = [a.arg for a in node.args.args + node.args.kwonlyargs]
            assert list(signature.parameters) == names, node.name
    assert (PACKAGE / "py.typed").exists()


def test_the_examples_of_the_docstrings_run():
    import rlct._exact

    for module in (rlct, rlct._exact):
        result = doctest.testmod(module)
        assert result.attempted > 0 and result.failed == 0


def test_the_example_of_the_readme_runs(tmp_path):
    readme = HERE.parent / "README.md"
    blocks = re.findall(r"```python\n(.*?)```", readme.read_text(), re.S)
    assert blocks
    code = "\n".join(block for block in blocks if "torch" not in block)
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_importing_it_loads_no_optional_dependency():
    code = (
        "import sys, rlct; rlct.llc; rlct.exact; rlct.polynomial; "
        "print([m for m in ('torch', 'pandas', 'xarray', 'matplotlib', 'sympy', 'tqdm') "
        "if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"


def blocks(page):
    text = (HERE.parent.parent / "docs" / "python" / page).read_text()
    return re.findall(r"```python\n(.*?)```", text, re.S)


@pytest.mark.skipif(not (HERE.parent.parent / "docs").exists(), reason="not in the repository")
def test_the_examples_of_the_migration_page_run():
    found = blocks("migration.md")
    assert len(found) == 2
    for block in sorted(found, key=lambda block: "import torch" in block):
        if "import torch" in block:
            pytest.importorskip("torch")
        exec(compile(block, "migration.md", "exec"), {})
