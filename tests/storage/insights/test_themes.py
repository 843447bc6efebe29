from __future__ import annotations

from storage.insights.themes import Comment, Theme, find_themes, function_words

COMMENTS = [
    Comment("The hold music was endless.", "invoice"),
    Comment("Endless hold music, and nobody came.", "invoice"),
    Comment("I was put on hold music twice.", "invoice"),
    Comment("The invoice was wrong", "invoice"),
    Comment("Password link expired", "login"),
    Comment("My password link expired again", "login"),
    Comment("   ", "login"),
    Comment("Only one of its kind", "delivery"),
]


def test_themes_stand_by_issue_with_counts_and_examples() -> None:
    found = find_themes(COMMENTS, with_examples=True)
    assert [(each.issue_type, each.comments) for each in found] == [("invoice", 4), ("login", 2)]
    assert found[0].themes == (
        Theme(
            "hold music",
            3,
            ("I was put on hold music twice.", "The hold music was endless."),
        ),
        Theme(
            "endless",
            2,
            ("The hold music was endless.", "Endless hold music, and nobody came."),
        ),
    )


def test_without_examples_fewer_than_five_comments_say_nothing() -> None:
    assert find_themes(COMMENTS, with_examples=False) == ()
    five = [Comment("hold music", "invoice")] * 5
    (found,) = find_themes(five, with_examples=False)
    assert found.themes == (Theme("hold music", 5),)


def test_words_without_meaning_are_no_theme_in_any_language() -> None:
    texts = ("Das ist nicht gut und es war sehr", "no es que muy", "ce n'est pas", "it was not the")
    comments = [Comment(text) for text in texts for _ in range(3)]
    themes = {theme.words for each in find_themes(comments, with_examples=True)
              for theme in each.themes}  # fmt: skip
    assert themes == {"gut"}


def test_comments_of_marks_and_digits_alone_have_no_theme() -> None:
    assert find_themes([Comment("😀 12 !!")] * 6, with_examples=True) == ()


def test_every_shipped_language_has_its_function_words() -> None:
    assert {"the", "und", "pero", "avec"} <= function_words()
