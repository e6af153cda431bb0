"""Links between the stories of real news, where labels say which belong together."""

import pytest

from tests.benchmarks import sagas

pytestmark = pytest.mark.corpus


@pytest.mark.usefixtures("corpora")
def test_links_stay_within_their_topic() -> None:
    """Of ECB+'s events two each are of one kind: links join these, and hardly any others."""
    scores = {row.similarity: row for row in sagas.measure()}
    assert scores[0.4].precision > 0.85
    assert scores[0.4].recall > 0.3
    assert scores[0.3].precision > 0.8
