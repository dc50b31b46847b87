"""One space for meaning and words, and groups in it."""

from __future__ import annotations

import numpy as np
import pytest

from personagen import proximity
from personagen.proximity import centre, cohesion, content_words, groups, space


def blobs(sizes, seed=0, spread=0.35, dimensions=64):
    """Return unit rows around orthogonal axes, and the axis of each."""
    random = np.random.default_rng(seed)
    rows, axes = [], []
    for axis, size in enumerate(sizes):
        for _ in range(size):
            row = random.normal(0, spread / np.sqrt(dimensions), dimensions)
            row[axis] += 1
            rows.append(row / np.linalg.norm(row))
            axes.append(axis)
    return np.array(rows, np.float32), np.array(axes)


def test_groups_are_the_planted_ones_largest_first():
    points, axes = blobs([5, 9, 7])
    found = groups(points)
    assert [len(g) for g in found] == [9, 7, 5]
    assert all(len(set(axes[g])) == 1 for g in found)


def test_many_points_are_grouped_through_micro_clusters_as_few_are(monkeypatch):
    points, axes = blobs([60, 50, 40])
    monkeypatch.setattr(proximity, "EXACT", 100)
    found = groups(points, seed=1)
    assert sorted(map(len, found))[-3:] == [40, 50, 60]
    assert all(len(set(axes[g])) == 1 for g in found)


def test_every_point_is_in_one_group():
    points, _ = blobs([3, 1, 8, 2, 1], spread=2.0)
    found = groups(points)
    assert sorted(i for g in found for i in g) == list(range(len(points)))


def test_unlike_points_stay_alone():
    assert groups(np.eye(6, dtype=np.float32)) == [[i] for i in range(6)]


def test_one_group_never_swallows_most_of_a_code():
    random = np.random.default_rng(3)
    points = np.abs(random.normal(0, 1, (40, 16))).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    assert max(map(len, groups(points))) <= proximity.LARGEST_SHARE * 40


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_points_to_group_are_no_error(count):
    assert groups(np.zeros((count, 4), np.float32)) == [[i] for i in range(count)]


def test_what_all_share_brings_none_together():
    random = np.random.default_rng(0)
    common = random.normal(0, 1, 384)
    rows = common * 1.5 + random.normal(0, 1, (60, 384))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    points = space(["x"] * 60, vectors, ["en"] * 60)
    plain, centred = cohesion(vectors), cohesion(points)
    assert plain > 0.6
    assert centred < 1 - proximity.THRESHOLD


def test_shared_rare_words_bring_excerpts_nearer():
    vectors = np.eye(8, 384, dtype=np.float32)
    texts = [
        "the rota app",
        "rota on paper",
        "blue sky",
        "green tea",
        "old bike",
        "a lamp",
        "b",
        "c",
    ]
    points = space(texts, vectors, ["en"] * 8)
    assert points[0] @ points[1] > points[0] @ points[2] + 0.1


def test_answers_to_the_same_question_lie_nearer():
    vectors = np.eye(4, 384, dtype=np.float32)
    asked = np.zeros((4, 384), np.float32)
    asked[:2, 300] = 1
    points = space(["a", "b", "c", "d"], vectors, ["en"] * 4, asked)
    assert points[0] @ points[1] > points[2] @ points[3]


def test_the_centre_gives_mean_similarity():
    points, _ = blobs([6])
    assert points[0] @ centre(points) == pytest.approx(
        float((points[0] @ points.T).mean()), abs=1e-5
    )


def test_content_words_have_no_fillers_numbers_or_endings():
    assert content_words("exports") == content_words("export")
    assert content_words("I really think it was on Monday") == ()
