/* Slots of Python objects, read and written where they lie: an instance of a class with `__slots__` is a C structure. */
#pragma once
#include <Python.h>
#include <stdint.h>
#include <structmember.h>

enum { OUT, SEGMENT, WIRE, PACKET, LINE, CLASSES };
static PyTypeObject *classes[CLASSES];
typedef struct {
  const char *name;
  Py_ssize_t at;
} Slot;
enum { O_WIRE, O_SEGMENTS, O_SSRC, O_PT, O_MID, O_AST, O_TWCC, O_LEVEL, O_TWICE, O_RED, O_LAST_SEQ, O_LAST_TS, O_LAST_MARKER,
       O_LAST_PID, O_LAST_TL0, O_LAST_KEY, O_SENT_US, O_PACKETS, O_OCTETS, O_PEER };
static Slot out_[] = {{"wire", 0}, {"segments", 0}, {"ssrc", 0}, {"pt", 0}, {"_mid", 0}, {"_ast", 0}, {"_twcc", 0},
    {"_level", 0}, {"twice", 0}, {"red", 0}, {"last_seq", 0}, {"last_ts", 0}, {"last_marker", 0}, {"last_pid", 0},
    {"last_tl0", 0}, {"last_key", 0}, {"sent_us", 0}, {"packets", 0}, {"octets", 0}, {"peer", 0}, {NULL, 0}};
enum { S_LAST, S_DELTA, S_TS, S_PID, S_TL0, S_KEY };
static Slot segment_[] = {{"last", 0}, {"delta", 0}, {"ts_off", 0}, {"pid_off", 0}, {"tl0_off", 0}, {"key_off", 0}, {NULL, 0}};
enum { W_CIPHER, W_NUMBER, W_TIMES, W_SIZES, W_PENDING, W_DIRTY, W_EMIT, W_LINE };
static Slot wire_[] = {{"cipher", 0}, {"number", 0}, {"times", 0}, {"sizes", 0}, {"pending", 0}, {"dirty", 0}, {"emit", 0},
    {"line", 0}, {NULL, 0}};
enum { P_SEQ, P_TS, P_MARKER, P_LEVEL, P_SHAPE, P_D0, P_D1, P_PID, P_TL0, P_TK, P_REST, P_KIND };
static Slot packet_[] = {{"seq", 0}, {"ts", 0}, {"marker", 0}, {"level", 0}, {"shape", 0}, {"d0", 0}, {"d1", 0}, {"pid", 0},
    {"tl0", 0}, {"tk", 0}, {"rest", 0}, {"kind", 0}, {NULL, 0}};
enum { L_FILE };
static Slot line_[] = {{"file", 0}, {NULL, 0}};
static Slot *const slots[CLASSES] = {out_, segment_, wire_, packet_, line_};
static long full_shape, plain_shape, epoch, kept;
static PyObject *audio_word, *forward_word;

#define AT(object, slot) (*(PyObject **)((char *)(object) + (slot).at))

static int64_t number(PyObject *object, Slot slot) {
  PyObject *found = AT(object, slot);
  return found && PyLong_Check(found) ? PyLong_AsLongLong(found) : 0;
}

static void store(PyObject *object, Slot slot, int64_t value) {
  PyObject *old = AT(object, slot), *made = PyLong_FromLongLong(value);
  if (!made) return; /* the caller looks at PyErr_Occurred() */
  AT(object, slot) = made;
  Py_XDECREF(old);
}

static PyObject *setup(PyObject *self, PyObject *args) {
  PyObject *given[CLASSES];
  (void)self;
  if (!PyArg_ParseTuple(args, "O!O!O!O!O!llll", &PyType_Type, &given[0], &PyType_Type, &given[1], &PyType_Type, &given[2],
                        &PyType_Type, &given[3], &PyType_Type, &given[4], &full_shape, &plain_shape, &epoch, &kept))
    return NULL;
  for (int c = 0; c < CLASSES; c++) {
    for (Slot *slot = slots[c]; slot->name; slot++) {
      PyObject *found = PyObject_GetAttrString(given[c], slot->name);
      if (!found) return NULL;
      int fits = Py_IS_TYPE(found, &PyMemberDescr_Type) && ((PyMemberDescrObject *)found)->d_member->type == T_OBJECT_EX;
      if (fits) slot->at = ((PyMemberDescrObject *)found)->d_member->offset;
      Py_DECREF(found);
      if (!fits) return PyErr_Format(PyExc_TypeError, "%s is not a slot", slot->name);
    }
    Py_XSETREF(classes[c], (PyTypeObject *)Py_NewRef(given[c]));
  }
  Py_RETURN_NONE;
}
