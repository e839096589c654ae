"""A hall whose microphone hears its loudspeakers, made of Web Audio in Chromium: the page finds the echo, its delay, its strength."""

import re

import pytest
from kit.browsers import chromium
from kit.hubs import hub

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]
HALL = """
(() => {
  const room = new AudioContext(), microphone = room.createMediaStreamDestination();
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode && this instanceof GainNode && window.gain > 0) {
      const out = this.context.createMediaStreamDestination();
      connect.call(this, out);
      const air = new DelayNode(room, {delayTime: 0.24, maxDelayTime: 1}), far = new GainNode(room, {gain: window.gain});
      connect.call(room.createMediaStreamSource(out.stream), air); connect.call(air, far); connect.call(far, microphone);
    }
    return connect.call(this, to, ...more);
  };
  const hiss = room.createBufferSource(); hiss.buffer = room.createBuffer(1, room.sampleRate, room.sampleRate);
  const samples = hiss.buffer.getChannelData(0); for (let i = 0; i < samples.length; i++) samples[i] = (Math.random() - .5) * .004;
  hiss.loop = true; connect.call(hiss, microphone); hiss.start();
  const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async wanted => wanted.audio ? (await room.resume(), new MediaStream([microphone.stream.getAudioTracks()[0].clone()])) : ask(wanted);
})();"""


async def test_the_echo_of_a_hall_is_found_and_a_quiet_hall_is_not_accused(tmp_path):
    with hub(tmp_path, bots=("--only", "hub")) as there:
        async with chromium() as browser:
            context = await browser.new_context(viewport={"width": 1366, "height": 768})
            page = await context.new_page()
            await page.add_init_script(HALL)
            await page.goto(there.cards()["vu-thu"]["link"])
            await page.wait_for_selector("[data-testid=echo-test]:not([disabled])", timeout=30_000)
            for gain, words in ((0, r"Không có vọng"), (0.5, r"Vọng mạnh sau (\d+) ms"), (0.05, r"Có vọng nhẹ sau (\d+) ms")):
                await page.evaluate(f"window.gain = {gain}")
                await page.locator("[data-testid=echo-test]").click()
                await page.wait_for_selector("[data-testid=echo-test]:not([disabled])", timeout=20_000)
                said = await page.locator("[data-testid=echo-said]").text_content()
                found = re.search(words, said)
                assert found, (gain, said)
                if gain:
                    assert 200 <= int(found[1]) <= 480, said
