"""Writing names with the imports of a file, and changing those."""

from __future__ import annotations

import libcst as cst
import pytest
from test_rewrite import applied, editor_of, small

from seedlint.rewrite.imports import Imports
from seedlint.rewrite.tree import walk

KERAS = ("keras", "tensorflow.keras", "tf_keras")
SEED = "keras.utils.set_random_seed"


@pytest.mark.parametrize(
    ("imports", "expression"),
    [
        pytest.param("import tensorflow as tf", "tf.keras.utils.set_random_seed", id="tensorflow as tf"),
        pytest.param("import tensorflow", "tensorflow.keras.utils.set_random_seed", id="tensorflow"),
        pytest.param("import keras", "keras.utils.set_random_seed", id="keras"),
        pytest.param("import tf_keras as keras", "keras.utils.set_random_seed", id="tf_keras as keras"),
        pytest.param("from tensorflow import keras", "keras.utils.set_random_seed", id="keras from tensorflow"),
        pytest.param("import tensorflow.keras as k", "k.utils.set_random_seed", id="tensorflow.keras as"),
        pytest.param("from keras import utils", "utils.set_random_seed", id="utils"),
        pytest.param("from keras.utils import set_random_seed", "set_random_seed", id="the function"),
        pytest.param("from keras.utils import set_random_seed as s", "s", id="the function as"),
        pytest.param("import keras, tensorflow as tf", "keras.utils.set_random_seed", id="the shorter"),
        pytest.param("import tensorflow.keras.layers", "tensorflow.keras.utils.set_random_seed", id="a submodule"),
        pytest.param(
            "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras",
            "keras.utils.set_random_seed",
            id="in a try",
        ),
        pytest.param(
            "try:\n    import keras\nexcept ImportError:\n    keras = None",
            "keras.utils.set_random_seed",
            id="in a try, or None",
        ),
        pytest.param("import keras\ndef f(keras): pass\n", "keras.utils.set_random_seed", id="shadowed elsewhere"),
    ],
)
def test_spelling_with_what_is_imported(imports: str, expression: str) -> None:
    editor = editor_of(f"{imports}\nX\n")
    assert Imports(editor).spelling(SEED, small(editor, "X"), KERAS) == (expression, ())


@pytest.mark.parametrize(
    ("before", "expression", "after"),
    [
        pytest.param("X\n", "keras.utils.set_random_seed", "import keras\nX\n", id="no import"),
        pytest.param(
            "import os\nX\n", "keras.utils.set_random_seed", "import os\nimport keras\nX\n", id="other imports"
        ),
        pytest.param(
            "from tensorflow.keras import layers\nX\n",
            "tf.keras.utils.set_random_seed",
            "from tensorflow.keras import layers\nimport tensorflow as tf\nX\n",
            id="a file of tensorflow",
        ),
        pytest.param(
            "from tf_keras.layers import Dense\nX\n",
            "tf_keras.utils.set_random_seed",
            "from tf_keras.layers import Dense\nimport tf_keras\nX\n",
            id="a file of tf_keras",
        ),
        pytest.param(
            '"""About."""\n\nfrom __future__ import annotations\nX\n',
            "keras.utils.set_random_seed",
            '"""About."""\n\nfrom __future__ import annotations\nimport keras\nX\n',
            id="after __future__",
        ),
        pytest.param(
            "import a\nX\nimport keras\n",
            "keras.utils.set_random_seed",
            "import a\nimport keras\nX\nimport keras\n",
            id="imported too late",
        ),
        pytest.param(
            "X\nimport a\n", "keras.utils.set_random_seed", "import keras\nX\nimport a\n", id="before all imports"
        ),
        pytest.param(
            "import a\nimport b\n\n\ndef f():\n    X\n\n\nimport c\n",
            "keras.utils.set_random_seed",
            "import a\nimport b\nimport keras\n\n\ndef f():\n    X\n\n\nimport c\n",
            id="in a function",
        ),
        pytest.param(
            "def f():\n    X\n",
            "keras.utils.set_random_seed",
            "import keras\n\n\ndef f():\n    X\n",
            id="in a function of a file without imports",
        ),
        pytest.param(
            "import a\nkeras = a.keras\nX\n",
            "_keras.utils.set_random_seed",
            "import a\nimport keras as _keras\nkeras = a.keras\nX\n",
            id="the name is taken",
        ),
        pytest.param(
            "import keras\ndef f(keras):\n    X\n",
            "_keras.utils.set_random_seed",
            "import keras\nimport keras as _keras\ndef f(keras):\n    X\n",
            id="shadowed here",
        ),
        pytest.param(
            "if a:\n    import keras\nX\n",
            "keras.utils.set_random_seed",
            "if a:\n    import keras\nimport keras\nX\n",
            id="imported in an if",
        ),
        pytest.param(
            "import os\r\nos.environ['A'] = str(1)\r\nimport b\r\nX",
            "keras.utils.set_random_seed",
            "import os\r\nos.environ['A'] = str(1)\r\nimport b\r\nimport keras\r\nX",
            id="among settings, CRLF",
        ),
        pytest.param(
            "import tensorflow.compat.v1 as tf\nX\n",
            "tensorflow.keras.utils.set_random_seed",
            "import tensorflow.compat.v1 as tf\nimport tensorflow\nX\n",
            id="tf is another module",
        ),
    ],
)
def test_spelling_with_a_new_import(before: str, expression: str, after: str) -> None:
    editor = editor_of(before)
    found = Imports(editor).spelling(SEED, small(editor, "X"), KERAS)
    assert (found.expression, applied(before, found.edits)) == (expression, after)


@pytest.mark.parametrize(
    ("before", "canonical", "expression", "after"),
    [
        ("import numpy as np\nX\n", "numpy.random.seed", "np.random.seed", None),
        ("from numpy import random\nX\n", "numpy.random.seed", "random.seed", None),
        ("from numpy.random import seed\nX\n", "numpy.random.seed", "seed", None),
        ("import numpy.random as r\nX\n", "numpy.random.seed", "r.seed", None),
        ("import random\nX\n", "random.seed", "random.seed", None),
        ("X\n", "numpy.random.seed", "np.random.seed", "import numpy as np\nX\n"),
        ("X\n", "random.seed", "random.seed", "import random\nX\n"),
        (
            "from numpy import random\nX\n",
            "random.seed",
            "_random.seed",
            "from numpy import random\nimport random as _random\nX\n",
        ),
        ("import sklearn.utils\nX\n", "sklearn.utils.shuffle", "sklearn.utils.shuffle", None),
        (
            "import sklearn\nX\n",
            "sklearn.utils.shuffle",
            "shuffle",
            "import sklearn\nfrom sklearn.utils import shuffle\nX\n",
        ),
        ("def f():\n    import random\n    X\n", "random.seed", "random.seed", None),
    ],
)
def test_spelling_of_other_libraries(before: str, canonical: str, expression: str, after: str | None) -> None:
    editor = editor_of(before)
    found = Imports(editor).spelling(canonical, small(editor, "X"))
    assert (found.expression, applied(before, found.edits)) == (expression, after or before)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("", None),
        ("x = 1\n", None),
        ('"""About."""\nfrom __future__ import annotations\n', None),
        ("import a\nimport b\nf()\n", "import b"),
        ("import a\nSEED = 1\nimport b\nx = f(b)\nimport c\n", "import b"),
        ("import os\nos.environ['A'] = str(1)\nfrom b import c\n", "from b import c"),
        ("from numpy.random import seed\nseed(1)\nfrom tensorflow import x\nx(2)\n", "from tensorflow import x"),
        ("import warnings\nwarnings.filterwarnings('ignore')\nimport a\n", "import a"),
        ("import a\ndef f(): pass\nimport b\n", "import a"),
        ("import a\ntry:\n    import b\nexcept ImportError:\n    b = None\nf = g()\n", "try:"),
        ("import a\nif TYPE_CHECKING:\n    import b\nelif x:\n    pass\nelse:\n    c = 1\n", "if TYPE_CHECKING:"),
        ("import a\nif __name__ == '__main__':\n    import b\n", "import a"),
        ("import a\nwith a.quiet:\n    import b\n", "with a.quiet:"),
        ("import a\nfor x in y:\n    import b\n", "import a"),
    ],
)
def test_import_region_end(text: str, last: str | None) -> None:
    editor = editor_of(text)
    statement = Imports(editor).import_region_end()
    assert (statement and editor.text_of(statement).splitlines()[0]) == last


@pytest.mark.parametrize(
    ("text", "is_rebound"),
    [
        ("import name", False),
        ("import name\nimport name", False),
        ("import name\nfrom other import name", True),
        ("import name\nname = 1", True),
        ("import name\nname.x = name[0] = 1", False),
        ("import name\nf(name=1)", False),
        ("import name\nx.name = 1", False),
        ("import name\nname += 1", True),
        ("import name\nname: int", True),
        ("import name\na, (b, *name) = c", True),
        ("import name\nfor name in a: pass", True),
        ("import name\nwith a as name: pass", True),
        ("import name\nwith a as (b, name): pass", True),
        ("import name\ntry: pass\nexcept E as name: pass", True),
        ("import name\ndef name(): pass", True),
        ("import name\nclass name: pass", True),
        ("import name\ndef f(name): pass", True),
        ("import name\ndef f(*, name=1): pass", True),
        ("import name\ndef f(**name): pass", True),
        ("import name\nlambda name: 1", True),
        ("import name\n[a for name in b]", True),
        ("import name\n(name := 1)", True),
        ("import name\ndel name", True),
        ("import name\ndef f():\n    global name", True),
        ("import name\nmatch a:\n    case {'b': name}: pass", True),
        ("import name\nmatch a:\n    case {**name}: pass", True),
        ("import name\nmatch a:\n    case [*name]: pass", True),
        ("import name\nmatch a:\n    case name.b: pass", False),
        ("import name\nmatch a:\n    case b(name=1): pass", False),
        ("import name\nmatch a:\n    case b() as name: pass", True),
    ],
)
def test_is_rebound(text: str, is_rebound: bool) -> None:
    assert Imports(editor_of(text)).is_rebound("name") is is_rebound


def test_imported_names() -> None:
    text = (
        "import a.b\nimport a.c as d\nfrom . import e\nfrom ..f import g as h\nfrom i import *\n"
        "if x: import j\ntry:\n    from k import l\nfinally: pass\ndef m(): import n\n"
    )
    found = [(i.name, i.target, i.module, i.conditional) for i in Imports(editor_of(text)).top_level]
    assert found == [
        ("a", "a", "a.b", False),
        ("d", "a.c", "a.c", False),
        ("e", ".e", ".", False),
        ("h", "..f.g", "..f", False),
        ("j", "j", "j", True),
        ("l", "k.l", "k", True),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import X\na\nX.f()\n", "a\nX.f()\n", id="a statement"),
        pytest.param("import X\n\na\nX.f()\n", "\na\nX.f()\n", id="blank rows, the use in the same block"),
        pytest.param("import X\n\nif a:\n    X.f()\n", "if a:\n    X.f()\n", id="blank rows"),
        pytest.param("import a, X\nX.f()\n", "import a\nX.f()\n", id="the last of several"),
        pytest.param("import X, a\nX.f()\n", "import a\nX.f()\n", id="the first of several"),
        pytest.param("import X; import a\nX.f()\n", "import a\nX.f()\n", id="before a semicolon"),
        pytest.param("from a import b as X\nX.f()\n", "X.f()\n", id="a name as"),
        pytest.param("from a import b, X\nX.f()\n", "from a import b\nX.f()\n", id="a name of several"),
        pytest.param("from a import (b, X)\nX.f()\n", "from a import (b)\nX.f()\n", id="in parentheses"),
        pytest.param(
            "from a import (\n    b,\n    X,  # why\n    c,\n)\nX.f()\n",
            "from a import (\n    b,\n    c,\n)\nX.f()\n",
            id="a row in parentheses",
        ),
        pytest.param("from a import b, \\\n    X\nX.f()\n", "from a import b\nX.f()\n", id="a backslash"),
        pytest.param("from a import X, \\\n    b\nX.f()\n", "from a import b\nX.f()\n", id="before a backslash"),
        pytest.param("if a:\n    import X\nX.f()\n", "if a:\n    pass\nX.f()\n", id="alone in an if"),
        pytest.param("import X\nX.f()\nX.g\n", None, id="used elsewhere"),
        pytest.param("import X\n__all__ = ['X']\nX.f()\n", None, id="in __all__"),
        pytest.param("import X\n__all__ = []\n__all__.append('X')\nX.f()\n", None, id="added to __all__"),
        pytest.param("import X  # noqa\nX.f()\n", None, id="noqa"),
        pytest.param("import X  # noqa: E402, F401\nX.f()\n", None, id="noqa of an unused import"),
        pytest.param("import X  # noqa: E402\nX.f()\n", "X.f()\n", id="noqa of something else"),
        pytest.param("import X as X\nX.f()\n", None, id="a re-export"),
        pytest.param("try:\n    import X\nexcept E: pass\nX.f()\n", None, id="a probe"),
        pytest.param("import X\nX = 1\nX.f()\n", None, id="bound again"),
        pytest.param("import X\ndef g(a: 'X.A'): pass\nX.f()\n", None, id="in an annotation's string"),
        pytest.param("import X\na.X\nf(X=1)\nX.f()\n", "a.X\nf(X=1)\nX.f()\n", id="other things of that name"),
    ],
)
def test_remove_orphaned(before: str, after: str | None) -> None:
    editor = editor_of(before)
    removed = small(editor, "X.f()")
    assert applied(before, Imports(editor).remove_orphaned(["X", "unknown"], [removed])) == (after or before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import X\n\nX.f()\n", ""),
        ("import a\nimport X\n\nX.f()\n", "import a\n"),
        ("import a, X\n\nX.f()\n\nb\n", "import a, X\n\nX.f()\n\nb\n".replace("a, X\n\nX.f()", "a")),
        ("import X\n\nX.f()\nX.g()\n", "import X\n\nX.g()\n"),
    ],
)
def test_delete_with_orphans(before: str, after: str) -> None:
    editor = editor_of(before)
    assert applied(before, Imports(editor).delete_with_orphans([small(editor, "X.f()")])) == after


@pytest.mark.parametrize(
    ("before", "module", "name", "after"),
    [
        ("from a import X\n", "b.c", "X", "from b.c import X\n"),
        ("from a import X  # why\n", "b.c", "new", "from b.c import new as X  # why\n"),
        ("from a import Y as X\n", "b.c", "new", "from b.c import new as X\n"),
        ("from a import Y as X\n", "b.c", "X", "from b.c import X\n"),
        ("from  .. a import (  # why\n    X,\n)\n", "b", "X", "from  b import (  # why\n    X,\n)\n"),
        ("from . import X\n", "b", "X", "from b import X\n"),
        ("from a import Y, X, Z\n", "b", "X", "from a import Y, Z\nfrom b import X\n"),
        ("if a:\n\tfrom a import X, Y", "b", "new", "if a:\n\tfrom a import Y\n\tfrom b import new as X"),
        ("import a as X\n", "b.c", "", "import b.c as X\n"),
        ("import a, b as X\n", "c", "d", "import a\nfrom c import d as X\n"),
    ],
)
def test_rename_import(before: str, module: str, name: str, after: str) -> None:
    editor = editor_of(before)
    (alias,) = [
        node
        for node in walk(editor.document.module)
        if isinstance(node, cst.ImportAlias) and "X" in editor.text_of(node)
    ]
    assert applied(before, Imports(editor).rename_import(alias, module, name)) == after


def test_import_of_a_path_is_not_renamed() -> None:
    editor = editor_of("import a.b\n")
    alias = next(node for node in walk(editor.document.module) if isinstance(node, cst.ImportAlias))
    assert Imports(editor).rename_import(alias, "c", "") is None
