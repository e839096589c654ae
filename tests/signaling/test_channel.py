import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.ceremonies import OPERATOR, Play

from signaling import messages, schema, views
from signaling.channel import BURST, REMEMBERED, Answers, Channel
from signaling.errors import Malformed, Refused
from signaling.messages import Declined, Do, Done, Hello

HELLO = '{"t":"hello","seat":"p","build":"x"}'


def code(call, *args):
    with pytest.raises(Refused) as error:
        call(*args)
    return error.value.code


def test_hello_comes_first_and_once():
    channel = Channel(0)
    assert code(channel.receive, '{"t":"ping","sent":1}', 0) == "hello-first"
    assert isinstance(channel.receive(HELLO, 0), Hello)
    assert code(channel.receive, HELLO, 0) == "hello-twice"
    assert not channel.is_late(60_000_000)
    assert Channel(0).is_late(5_000_001)


def test_sixty_at_once_and_thirty_a_second():
    channel = Channel(0)
    channel.receive(HELLO, 0)
    for _ in range(int(BURST) - 1):
        channel.receive('{"t":"ping","sent":1}', 0)
    assert code(channel.receive, '{"t":"ping","sent":1}', 0) == "too-many"
    for _ in range(30):
        channel.receive('{"t":"ping","sent":1}', 1_000_000)
    assert code(channel.receive, '{"t":"ping","sent":1}', 1_000_000) == "too-many"


def test_a_command_asked_twice_is_answered_from_memory():
    answers = Answers()
    assert answers.begin("a") is None
    assert code(answers.begin, "a") == "busy"
    answers.keep(Done("a"))
    assert answers.begin("a") == Done("a")
    answers.begin("b")
    answers.keep(Declined("b", "not-open"))
    assert answers.begin("b").code == "not-open"
    for n in range(REMEMBERED):
        answers.begin(f"x{n}")
    assert answers.begin("a") is None, "forgotten after 256 others"


def test_only_sections_that_changed_are_shown():
    play = Play().opened()
    channel = Channel(0)
    view = views.view(play.state, OPERATOR, play.now)
    first = channel.sections(view)
    assert first.agenda.next == "diem-danh"
    assert channel.show(view) is None
    from signaling import commands

    play.do(commands.PrepareScene("grid"))
    shown = channel.show(views.view(play.state, OPERATOR, play.now))
    assert shown.view.scene.preview.spec == "grid"
    assert shown.view.agenda is None


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"t":"nope"}', '{"t":"ping","sent":1,"extra":2}', '{"t":"do","ref":"","command":{"do":"scene.hold"}}',
        '{"t":"do","ref":"1","command":{"do":"session.create"}}', '{"t":"do","ref":"1","command":{"do":"presence.report"}}',
        '{"t":"wishes","heights":{"a":-1}}', "[" * 60_000, '{"t":"ping","sent":1e999}', "\x00", '"' + "x" * 70_000 + '"',
    ],
)  # fmt: skip
def test_bad_frames_are_malformed(text):
    with pytest.raises(Malformed):
        messages.decode(text)


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_frame_is_a_message_or_malformed(frame):
    try:
        messages.decode(frame)
    except Malformed:
        pass


@given(st.sampled_from(["item.take", "floor.grant", "mic.set", "scene.prepare", "rollcall.answer", "session.open"]),
       st.dictionaries(st.sampled_from(["item", "after", "site", "state", "scene", "present", "reason"]),
                       st.none() | st.integers() | st.text(max_size=20) | st.booleans()))  # fmt: skip
def test_any_command_is_one_or_malformed(verb, fields):
    frame = msgspec.json.encode({"t": "do", "ref": "r", "command": {"do": verb, **fields}})
    try:
        message = messages.decode(frame)
    except Malformed:
        return
    assert isinstance(message, Do)


def test_the_schema_names_every_message():
    made = schema.schema()
    tags = {part["properties"]["t"]["enum"][0] for part in made["$defs"].values() if "t" in part.get("properties", {})}
    assert {"hello", "do", "wishes", "welcome", "slots", "refused"} <= tags
