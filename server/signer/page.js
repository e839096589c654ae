// The signer's own page: shows what is to be signed, asks the PIN once. Talks to its program on this machine only.
"use strict";
const el = (id) => document.getElementById(id);
const secret = location.hash.slice(1);
history.replaceState(null, "", "/");
const socket = new WebSocket(`ws://${location.host}/desk`);
socket.binaryType = "arraybuffer";
const problems = { "pin-wrong": "Sai mã PIN. Còn {left} lần. / Wrong PIN, {left} left." };
let ref = "";

const say = (what) => socket.send(JSON.stringify(what));
const only = (name) => { for (const one of ["waiting", "showing", "gone"]) el(one).hidden = one !== name; };

socket.onopen = () => say({ do: "desk", secret });
socket.onclose = () => only("gone");
socket.onmessage = ({ data }) => {
  if (typeof data !== "string") return draw(new DataView(data).getUint32(0), data.slice(4));
  const said = JSON.parse(data);
  if (said.is === "waiting") {
    ref = "";
    el("code").textContent = `${said.code.slice(0, 3)} ${said.code.slice(3)}`;
    only("waiting");
  } else if (said.is === "showing") show(said);
};

function show(said) {
  for (const name of ["title", "slot", "subject", "hash"]) el(name).textContent = said[name];
  el("document").textContent = `${said.document} · ${said.version}`;
  el("problem").textContent = said.problem ? (problems[said.problem] ?? said.problem).replaceAll("{left}", said.left) : "";
  el("pin").value = "";
  el("sign").disabled = false;
  if (ref !== said.ref) {
    ref = said.ref;
    el("pages").replaceChildren(...Array.from({ length: said.pages }, (_, n) => {
      const image = document.createElement("img");
      image.alt = `Trang ${n + 1}/${said.pages}`;
      image.id = `page-${n + 1}`;
      return image;
    }));
    for (let page = 1; page <= said.pages; page += 1) say({ do: "page", page });
  }
  only("showing");
}

function draw(page, png) {
  const image = el(`page-${page}`);
  if (image) image.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
}

el("form").onsubmit = (event) => {
  event.preventDefault();
  el("sign").disabled = true; // one press, one try
  say({ do: "confirm", ref, pin: el("pin").value });
  el("pin").value = "";
};
el("decline").onclick = () => say({ do: "decline", ref });
