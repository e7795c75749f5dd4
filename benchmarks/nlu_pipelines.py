"""The pipelines that `benchmarks.nlu` compares.

`SklearnIntentClassifier` is not among them: it takes dense features, which here would need a language model.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

CHOSEN = "ours, accented and folded, slang (config.yml)"

Pipeline = list[dict[str, Any]]
_COUNTS: Pipeline = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
_REGRESSION = {"name": "LogisticRegressionClassifier", "max_iter": 1000, "tol": 0.001}
_DIET = {
    "name": "DIETClassifier",
    "epochs": 5,
    "entity_recognition": False,
    "constrain_similarities": True,
    "random_seed": 42,
}


def _views(words: Sequence[str], characters: str) -> dict[str, Any]:
    views: list[dict[str, Any]] = [{"reading": r, "analyzer": "word", "ngrams": [1, 2]} for r in words]
    views.append({"reading": characters, "analyzer": "char_wb", "ngrams": [1, 4], "min_count": 2})
    return {"name": "nlu.featurizer.TextViewsFeaturizer", "views": views}


def pipelines() -> dict[str, Pipeline]:
    """Each by its name; the one in config.yml without its fallback, which is measured apart."""
    chosen = yaml.safe_load(Path("config.yml").read_text("utf-8"))["pipeline"]
    return {
        "counts of words and characters, regression": [*_COUNTS, _REGRESSION],
        "ours, no folding": [_views(["accented"], "accented"), _REGRESSION],
        "ours, folded only": [_views(["folded"], "folded"), _REGRESSION],
        "ours, accented and folded": [_views(["accented", "folded"], "folded"), _REGRESSION],
        CHOSEN: [component for component in chosen if component["name"] != "FallbackClassifier"],
        "counts of words and characters, DIET": [*_COUNTS, _DIET],
    }
