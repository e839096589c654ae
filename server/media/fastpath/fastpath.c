/* What `forward.fan` and `wire.flush` do, once more in C: rewrite, seal (RFC 7714) and send one packet to many viewers.
 *
 * The Python objects stay the only state: their slots are read and written in place, so either way may take the next
 * packet. Whatever is not the plain case (a late packet, a hole, doubled sound, a stream without descriptor numbers, a
 * viewer behind TCP) is left to Python, packet by packet. libcrypto is the one Python's own `ssl` uses, found at run time.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE
#include <Python.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "seal.h"
#include "slots.h"

#define SOL_UDP_ 17
#define UDP_SEGMENT_ 103

/* --- one packet to many ------------------------------------------------------------------------------------------------ */

typedef struct {
  int64_t seq, ts;
  long marker, level, shape, d0, d1, pid, tl0, tk;
  int audio;
  const char *rest;
  Py_ssize_t size;
} Media;

static int read_media(PyObject *packet, Media *m) {
  PyObject *rest = AT(packet, packet_[P_REST]), *kind = AT(packet, packet_[P_KIND]);
  if (!rest || !PyBytes_Check(rest) || !kind) return 0;
  m->rest = PyBytes_AS_STRING(rest);
  m->size = PyBytes_GET_SIZE(rest);
  m->seq = number(packet, packet_[P_SEQ]), m->ts = number(packet, packet_[P_TS]);
  m->marker = number(packet, packet_[P_MARKER]), m->level = number(packet, packet_[P_LEVEL]);
  m->shape = number(packet, packet_[P_SHAPE]), m->d0 = number(packet, packet_[P_D0]), m->d1 = number(packet, packet_[P_D1]);
  m->pid = number(packet, packet_[P_PID]), m->tl0 = number(packet, packet_[P_TL0]), m->tk = number(packet, packet_[P_TK]);
  m->audio = PyUnicode_Compare(kind, audio_word) == 0;
  return !PyErr_Occurred() && (m->audio || m->shape == full_shape || m->shape == plain_shape);
}

static unsigned char *put16(unsigned char *p, uint32_t v) { return p[0] = v >> 8, p[1] = v, p + 2; }
static unsigned char *put32(unsigned char *p, uint32_t v) { return p[0] = v >> 24, p[1] = v >> 16, p[2] = v >> 8, p[3] = v, p + 4; }

static int note_sent(PyObject *wire, int64_t wide, int64_t now, Py_ssize_t size) {
  Py_buffer times, sizes;
  if (PyObject_GetBuffer(AT(wire, wire_[W_TIMES]), &times, PyBUF_WRITABLE) < 0) return -1;
  if (PyObject_GetBuffer(AT(wire, wire_[W_SIZES]), &sizes, PyBUF_WRITABLE) < 0) return PyBuffer_Release(&times), -1;
  long place = wide & (kept - 1);
  if (times.len == kept * 8 && sizes.len == kept * 2)
    ((int64_t *)times.buf)[place] = now, ((uint16_t *)sizes.buf)[place] = (uint16_t)size;
  PyBuffer_Release(&times);
  PyBuffer_Release(&sizes);
  PyObject *pending = AT(wire, wire_[W_PENDING]);
  return PyList_GET_SIZE(pending) ? 0 : PyList_Append(AT(wire, wire_[W_DIRTY]), wire);
}

/* Return 1 when sent, 0 when it is Python's business, -1 with an error set. */
static int forward_one(PyObject *out, const Media *m, int64_t now, int64_t ast) {
  if (!Py_IS_TYPE(out, classes[OUT])) return 0;
  PyObject *wire = AT(out, out_[O_WIRE]), *segments = AT(out, out_[O_SEGMENTS]), *cipher;
  if (!wire || !Py_IS_TYPE(wire, classes[WIRE]) || !segments || !PyList_Check(segments) || !PyList_GET_SIZE(segments)) return 0;
  cipher = AT(wire, wire_[W_CIPHER]);
  PyObject *segment = PyList_GET_ITEM(segments, PyList_GET_SIZE(segments) - 1), *pending = AT(wire, wire_[W_PENDING]);
  if (!cipher || !Py_IS_TYPE(cipher, &CipherType) || !Py_IS_TYPE(segment, classes[SEGMENT]) || !pending || !PyList_Check(pending)) return 0;
  if (number(segment, segment_[S_LAST]) + 1 != m->seq) return 0;
  if (m->audio && AT(out, out_[O_TWICE]) != Py_False && AT(out, out_[O_RED]) != Py_None) return 0;

  int64_t seq = m->seq - number(segment, segment_[S_DELTA]), ts = m->ts - number(segment, segment_[S_TS]);
  long pid = (m->pid - number(segment, segment_[S_PID])) & 0x7FFF, tl0 = (m->tl0 - number(segment, segment_[S_TL0])) & 0xFF;
  long key = (m->tk - number(segment, segment_[S_KEY])) & 0x1F;
  int64_t wide = number(wire, wire_[W_NUMBER]) + 1, own_ast = number(out, out_[O_AST]), own_twcc = number(out, out_[O_TWCC]);
  int64_t own_level = number(out, out_[O_LEVEL]);
  int described = !m->audio && m->shape == full_shape, head = m->audio ? 32 : 28, body = (int)m->size + (described ? 6 : 0);
  uint32_t ssrc = (uint32_t)number(out, out_[O_SSRC]);

  PyObject *made = PyBytes_FromStringAndSize(NULL, head + body + TAG);
  if (!made) return -1;
  unsigned char *data = (unsigned char *)PyBytes_AS_STRING(made), *p = data;
  *p++ = 0x90;
  *p++ = (unsigned char)(m->marker | number(out, out_[O_PT]));
  p = put32(put32(put16(p, (uint32_t)seq), (uint32_t)ts), ssrc);
  p = put32(put32(p, m->audio ? 0xBEDE0004 : 0xBEDE0003), (uint32_t)number(out, out_[O_MID]));
  p = put32(p, own_ast ? (uint32_t)(own_ast | ast) : 0);
  p = put32(p, own_twcc ? (uint32_t)(own_twcc | (wide & 0xFFFF) << 8) : 0);
  if (m->audio) p = put32(p, own_level ? (uint32_t)(own_level | m->level << 16) : 0);
  if (described) {
    *p++ = (unsigned char)m->d0, *p++ = (unsigned char)m->d1;
    p = put16(p, 0x8000 | pid);
    *p++ = (unsigned char)tl0, *p++ = (unsigned char)((m->tk & 0xE0) | key);
  }
  memcpy(p, m->rest, m->size);

  store(segment, segment_[S_LAST], m->seq);
  store(out, out_[O_LAST_SEQ], seq), store(out, out_[O_LAST_TS], ts), store(out, out_[O_LAST_MARKER], m->marker);
  store(out, out_[O_LAST_PID], pid), store(out, out_[O_LAST_TL0], tl0), store(out, out_[O_LAST_KEY], key);
  store(out, out_[O_SENT_US], now), store(out, out_[O_PACKETS], number(out, out_[O_PACKETS]) + 1);
  store(out, out_[O_OCTETS], number(out, out_[O_OCTETS]) + m->size), store(wire, wire_[W_NUMBER], wide);
  int done = -1;
  if (!PyErr_Occurred()) {
    if (seal((Cipher *)cipher, ssrc, (uint64_t)(seq - epoch), data, head, body)) {
      done = note_sent(wire, wide, now, head + body + TAG) < 0 || PyList_Append(pending, made) < 0 ? -1 : 1;
    } else { /* as in Python: counted, and the others get theirs */
      PyObject *told = PyObject_CallMethod(AT(out, out_[O_PEER]), "count", "s", "seal");
      done = told ? 1 : -1;
      Py_XDECREF(told);
    }
  }
  Py_DECREF(made);
  return done;
}

static PyObject *fan(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  (void)self;
  if (count != 4 || !PyList_Check(args[0]) || !classes[PACKET]) {
    PyErr_SetString(PyExc_TypeError, "fan(outs, packet, now, ast)");
    return NULL;
  }
  Media m = {0};
  int64_t now = PyLong_AsLongLong(args[2]), ast = PyLong_AsLongLong(args[3]);
  if (PyErr_Occurred()) return NULL;
  int plain = Py_IS_TYPE(args[1], classes[PACKET]) && read_media(args[1], &m);
  if (PyErr_Occurred()) return NULL;
  for (Py_ssize_t n = 0; n < PyList_GET_SIZE(args[0]); n++) {
    PyObject *out = Py_NewRef(PyList_GET_ITEM(args[0], n));
    int done = plain ? forward_one(out, &m, now, ast) : 0;
    if (!done) {
      PyObject *told = PyObject_CallMethodObjArgs(out, forward_word, args[1], args[2], args[3], NULL);
      done = told ? 1 : -1;
      Py_XDECREF(told);
    }
    Py_DECREF(out);
    if (done < 0) return NULL;
  }
  Py_RETURN_NONE;
}

/* --- the end of a wake-up ------------------------------------------------------------------------------------------------ */

#define SEGMENTS 44 /* datagrams of one call (port.py) */
typedef struct {
  PyObject *wire, *pending;
  struct iovec *parts;
  Py_ssize_t count, sent;
  int file;
} Job;

/* How many of the datagrams from `at` on go into one call: all of one size, the last may be shorter. */
static Py_ssize_t alike(const Job *job, Py_ssize_t at) {
  size_t size = job->parts[at].iov_len;
  Py_ssize_t end = at + 1, most = at + SEGMENTS < job->count ? at + SEGMENTS : job->count;
  while (end < most && job->parts[end].iov_len == size) end++;
  return end < most && job->parts[end].iov_len < size ? end + 1 : end;
}

static void send_job(Job *job) {
  while (job->sent < job->count) {
    Py_ssize_t end = alike(job, job->sent), number = end - job->sent;
    struct iovec *first = job->parts + job->sent;
    union {
      struct cmsghdr header;
      char room[CMSG_SPACE(sizeof(uint16_t))];
    } control = {0};
    struct msghdr message = {.msg_iov = first, .msg_iovlen = number};
    if (number > 1) {
      message.msg_control = &control, message.msg_controllen = sizeof control.room;
      control.header.cmsg_level = SOL_UDP_, control.header.cmsg_type = UDP_SEGMENT_;
      control.header.cmsg_len = CMSG_LEN(sizeof(uint16_t));
      *(uint16_t *)CMSG_DATA(&control.header) = (uint16_t)first->iov_len;
    }
    ssize_t told = number > 1 ? sendmsg(job->file, &message, MSG_DONTWAIT) : send(job->file, first->iov_base, first->iov_len, MSG_DONTWAIT);
    if (told < 0 && errno == EINTR) continue;
    if (told < 0) return; /* the rest is offered to Python, which tries once more and counts */
    job->sent = end;
  }
}

/* Take what a wire holds; parts are counted in `used`. Returns 0 for a wire that Python must empty. */
static int take(PyObject *wire, Job *job, struct iovec *parts, Py_ssize_t *used, Py_ssize_t room) {
  PyObject *pending, *line;
  if (!Py_IS_TYPE(wire, classes[WIRE])) return 0;
  pending = AT(wire, wire_[W_PENDING]), line = AT(wire, wire_[W_LINE]);
  if (!pending || !PyList_Check(pending) || !line || !Py_IS_TYPE(line, classes[LINE])) return 0;
  *job = (Job){.wire = wire, .pending = pending, .parts = parts + *used, .count = PyList_GET_SIZE(pending), .file = (int)number(line, line_[L_FILE])};
  if (job->file < 0 || *used + job->count > room) return 0;
  for (Py_ssize_t n = 0; n < job->count; n++) {
    PyObject *one = PyList_GET_ITEM(pending, n);
    if (!PyBytes_Check(one)) return 0;
    parts[*used + n] = (struct iovec){PyBytes_AS_STRING(one), PyBytes_GET_SIZE(one)};
  }
  *used += job->count;
  Py_INCREF(wire), Py_INCREF(pending); /* what `emit` does is not ours to know: nothing of a job may go meanwhile */
  return 1;
}

/* Empty a wire that was sent from; what could not be sent is offered to Python. */
static int settle(Job *job) {
  PyObject *rest = job->sent < job->count ? PyList_GetSlice(job->pending, job->sent, job->count) : NULL;
  if (job->sent < job->count && !rest) return -1;
  if (PyList_SetSlice(job->pending, 0, job->count, NULL) < 0) return Py_XDECREF(rest), -1;
  PyObject *emit = AT(job->wire, wire_[W_EMIT]), *told = rest && emit && emit != Py_None ? PyObject_CallOneArg(emit, rest) : Py_NewRef(Py_None);
  Py_XDECREF(rest);
  Py_XDECREF(told);
  return told ? 0 : -1;
}

static PyObject *flush(PyObject *self, PyObject *dirty) {
  (void)self;
  if (!PyList_Check(dirty) || !classes[WIRE]) return PyErr_SetString(PyExc_TypeError, "flush(dirty)"), NULL;
  Py_ssize_t wires = PyList_GET_SIZE(dirty), room = 0, used = 0, taken = 0;
  for (Py_ssize_t n = 0; n < wires; n++) {
    PyObject *wire = PyList_GET_ITEM(dirty, n), *pending = Py_IS_TYPE(wire, classes[WIRE]) ? AT(wire, wire_[W_PENDING]) : NULL;
    room += pending && PyList_Check(pending) ? PyList_GET_SIZE(pending) : 0;
  }
  Job *jobs = PyMem_Malloc((wires + 1) * sizeof *jobs);
  struct iovec *parts = PyMem_Malloc((room + 1) * sizeof *parts);
  PyObject *others = PyList_New(0);
  int fine = jobs && parts && others;
  if (!jobs || !parts) PyErr_NoMemory();
  for (Py_ssize_t n = 0; fine && n < wires; n++) {
    PyObject *wire = PyList_GET_ITEM(dirty, n);
    if (take(wire, &jobs[taken], parts, &used, room)) taken++;
    else fine = PyList_Append(others, wire) == 0;
  }
  if (fine && taken) {
    /* nobody else touches wires: `dirty` holds them, they hold what is pending */
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t n = 0; n < taken; n++) send_job(&jobs[n]);
    Py_END_ALLOW_THREADS
  }
  for (Py_ssize_t n = 0; fine && n < taken; n++) fine = settle(&jobs[n]) == 0;
  for (Py_ssize_t n = 0; fine && n < PyList_GET_SIZE(others); n++) {
    PyObject *told = PyObject_CallMethod(PyList_GET_ITEM(others, n), "flush", NULL);
    fine = told != NULL;
    Py_XDECREF(told);
  }
  for (Py_ssize_t n = 0; n < taken; n++) Py_DECREF(jobs[n].pending), Py_DECREF(jobs[n].wire);
  PyMem_Free(jobs);
  PyMem_Free(parts);
  Py_XDECREF(others);
  if (!fine || PyList_SetSlice(dirty, 0, PyList_GET_SIZE(dirty), NULL) < 0) return NULL;
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"setup", setup, METH_VARARGS, "setup(Out, Segment, Wire, Packet, Line, full, plain, epoch, kept): learn where their slots are."},
    {"fan", (PyCFunction)(void (*)(void))fan, METH_FASTCALL, "fan(outs, packet, now, ast): see forward.fan."},
    {"flush", flush, METH_O, "flush(dirty): see wire.flush."},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_fastpath", "The hot path in C; see fastpath.c.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__fastpath(void) {
  if (!load_crypto()) return PyErr_SetString(PyExc_ImportError, "no libcrypto with AES-GCM"), NULL;
  audio_word = PyUnicode_InternFromString("audio"), forward_word = PyUnicode_InternFromString("forward");
  PyObject *made = audio_word && forward_word && PyType_Ready(&CipherType) == 0 ? PyModule_Create(&module) : NULL;
  if (made && PyModule_AddObjectRef(made, "Cipher", (PyObject *)&CipherType) < 0) Py_CLEAR(made);
  return made;
}
