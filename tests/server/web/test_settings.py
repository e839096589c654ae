import pytest
from kit.ceremonies import OPERATOR, first_ceremony
from kit.doors import house

from signaling.commands import SYSTEM, OpenSession, ReportPresence

pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web.NotAppKeyWarning")


@pytest.fixture
async def hub(tmp_path):
    async with house(tmp_path) as made:
        yield made


async def shown(operator, hub):
    status, answer, _ = await operator.get(hub.path + "/settings")
    assert status == 200
    return answer


async def test_what_is_changed_stands_in_the_log_and_the_rest_stays(hub):
    operator = await hub.person("operator")
    told = await shown(operator, hub)
    assert told["open"]
    assert told["settings"]["title"]["vi"] == first_ceremony().title.vi
    changed = told["settings"] | {"scene_on_take": "arm", "video": "h264", "address": "formal", "quorum": {"rule": "percent", "least": 66}}
    status, answer, _ = await operator.post(hub.path + "/settings", json=changed)
    assert (status, answer["settings"]) == (200, changed)
    after = hub.room.session.state.seq
    assert (await operator.post(hub.path + "/settings", json=changed))[0] == 200
    assert hub.room.session.state.seq == after  # nothing differed: nothing happened
    await operator.post(hub.path + "/settings", json=changed | {"quorum": None})
    assert (await shown(operator, hub))["settings"]["quorum"] is None


async def test_settings_rest_once_the_ceremony_is_open(hub):
    operator = await hub.person("operator")
    told = await shown(operator, hub)
    session = hub.room.session
    session.ready_to_record = lambda: True
    await session.ask(ReportPresence("hub/camera", "back"), SYSTEM)
    await session.ask(OpenSession("test"), OPERATOR)
    assert not (await shown(operator, hub))["open"]
    status, answer, _ = await operator.post(hub.path + "/settings", json=told["settings"] | {"address": "formal"})
    assert (status, answer["code"]) == (409, "not-in-setup")


@pytest.mark.parametrize("wrong", [{"address": "sir"}, {"video": "av2"}, {"quorum": {"rule": "sites", "least": "x"}}, {"start": "noon"}, {"more": 1}])
async def test_nonsense_is_refused(hub, wrong):
    operator = await hub.person("operator")
    told = await shown(operator, hub)
    assert (await operator.post(hub.path + "/settings", json=told["settings"] | wrong))[0] == 400


async def test_an_empty_title_is_refused_in_words(hub):
    operator = await hub.person("operator")
    told = await shown(operator, hub)
    status, answer, _ = await operator.post(hub.path + "/settings", json=told["settings"] | {"title": {"vi": " ", "en": ""}})
    assert (status, answer["code"]) == (409, "name-required")
