"""`TextViewsFeaturizer`: TF-IDF of words and characters, of a message seen with its accents and without."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import scipy.sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from .text import accented, folded, spelled_out

READINGS: dict[str, Callable[[str], str]] = {
    "accented": accented,
    "folded": folded,
    "spelled_out": spelled_out,
}
_FILE = "views.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TextViewsFeaturizer(SparseFeaturizer, GraphComponent):
    """Features of a whole message; it needs no tokenizer and gives nothing for single words.

    `views` says which n-grams of which reading are counted, and how often one must occur to count. `C` is the
    inverse regularisation of the logistic regression behind, which Rasa's component does not let one set:
    features times √C amount to it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **SparseFeaturizer.get_default_config(),
            "views": [
                {"reading": "accented", "analyzer": "word", "ngrams": [1, 1]},
                {"reading": "spelled_out", "analyzer": "word", "ngrams": [1, 2]},
                {"reading": "spelled_out", "analyzer": "char_wb", "ngrams": [1, 4], "min_count": 2},
            ],
            "C": 5.0,
        }

    @staticmethod
    def validate_config(config: dict[str, Any]) -> None:
        """Refuse a reading that does not exist. Raises ValueError."""
        unknown = {view["reading"] for view in config["views"]} - READINGS.keys()
        if unknown:
            raise ValueError(
                f"no such reading: {', '.join(sorted(unknown))}; there are {', '.join(READINGS)}"
            )

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, config)
        self.validate_config(config)
        self._storage = storage
        self._resource = resource
        self._views = [_vectorizer(**view) for view in config["views"]]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TextViewsFeaturizer":
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TextViewsFeaturizer":
        featurizer = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            featurizer._take(json.loads((folder / _FILE).read_text("utf-8")))
        return featurizer

    def train(self, training_data: TrainingData) -> Resource:
        texts = [message.get(TEXT) for message in training_data.training_examples if message.get(TEXT)]
        for view in self._views:
            view.fit(texts)
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._learned(), ensure_ascii=False), "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        # An empty message has features too, all zero: the classifier behind fails without.
        written = [message for message in messages if message.get(TEXT) is not None]
        if written:
            features = self._features([message.get(TEXT) for message in written])
            for number, message in enumerate(written):
                self.add_features_to_message(None, features[number].tocoo(), TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        strength = math.sqrt(self._config["C"])
        return (scipy.sparse.hstack([view.transform(texts) for view in self._views]) * strength).tocsr()

    # JSON and not a pickle: a model file that runs code when it is loaded is nothing to hand around.
    def _learned(self) -> list[dict[str, Any]]:
        return [
            {
                "terms": sorted(view.vocabulary_, key=view.vocabulary_.__getitem__),
                "idf": [round(float(value), 5) for value in view.idf_],
            }
            for view in self._views
        ]

    def _take(self, learned: list[dict[str, Any]]) -> None:
        for view, known in zip(self._views, learned, strict=True):
            view.vocabulary = {term: number for number, term in enumerate(known["terms"])}
            view.idf_ = known["idf"]


def _vectorizer(reading: str, analyzer: str, ngrams: Sequence[int], min_count: int = 1) -> TfidfVectorizer:
    return TfidfVectorizer(
        preprocessor=READINGS[reading],
        analyzer=analyzer,
        token_pattern=r"\w+" if analyzer == "word" else None,
        ngram_range=tuple(ngrams),
        min_df=min_count,
        sublinear_tf=True,
    )
