/* AES-GCM of libcrypto as far as SRTP needs it (RFC 7714), found at run time: no header of OpenSSL is needed to build. */
#pragma once
#include <Python.h>
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#define TAG 16

typedef struct evp_cipher_ctx_st CTX;
static CTX *(*ctx_new)(void);
static void (*ctx_free)(CTX *);
static const void *(*aes_128_gcm)(void), *(*aes_256_gcm)(void);
static int (*encrypt_init)(CTX *, const void *, void *, const unsigned char *, const unsigned char *);
static int (*encrypt_update)(CTX *, unsigned char *, int *, const unsigned char *, int);
static int (*encrypt_final)(CTX *, unsigned char *, int *);
static int (*ctx_ctrl)(CTX *, int, int, void *);
#define GET_TAG 0x10

static int load_crypto(void) {
  static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1", NULL};
  void *lib = NULL;
  for (int n = 0; names[n] && !lib; n++) lib = dlopen(names[n], RTLD_NOW | RTLD_LOCAL);
  if (!lib) return 0;
  *(void **)&ctx_new = dlsym(lib, "EVP_CIPHER_CTX_new");
  *(void **)&ctx_free = dlsym(lib, "EVP_CIPHER_CTX_free");
  *(void **)&aes_128_gcm = dlsym(lib, "EVP_aes_128_gcm");
  *(void **)&aes_256_gcm = dlsym(lib, "EVP_aes_256_gcm");
  *(void **)&encrypt_init = dlsym(lib, "EVP_EncryptInit_ex");
  *(void **)&encrypt_update = dlsym(lib, "EVP_EncryptUpdate");
  *(void **)&encrypt_final = dlsym(lib, "EVP_EncryptFinal_ex");
  *(void **)&ctx_ctrl = dlsym(lib, "EVP_CIPHER_CTX_ctrl");
  return ctx_new && ctx_free && aes_128_gcm && aes_256_gcm && encrypt_init && encrypt_update && encrypt_final && ctx_ctrl;
}

typedef struct {
  PyObject_HEAD
  CTX *ctx;
  unsigned char salt[12];
} Cipher;

static void cipher_free(Cipher *self) {
  if (self->ctx) ctx_free(self->ctx);
  Py_TYPE(self)->tp_free(self);
}

static PyObject *cipher_make(PyTypeObject *type, PyObject *args, PyObject *names) {
  const unsigned char *key, *salt;
  Py_ssize_t key_size, salt_size;
  (void)names;
  if (!PyArg_ParseTuple(args, "y#y#", &key, &key_size, &salt, &salt_size)) return NULL;
  if ((key_size != 16 && key_size != 32) || salt_size != 12) {
    PyErr_SetString(PyExc_ValueError, "an AES-GCM key of 16 or 32 bytes and a salt of 12");
    return NULL;
  }
  Cipher *self = (Cipher *)type->tp_alloc(type, 0);
  if (!self) return NULL;
  memcpy(self->salt, salt, 12);
  self->ctx = ctx_new();
  if (!self->ctx || encrypt_init(self->ctx, key_size == 16 ? aes_128_gcm() : aes_256_gcm(), NULL, key, NULL) != 1) {
    Py_DECREF(self);
    PyErr_SetString(PyExc_ValueError, "libcrypto has no AES-GCM");
    return NULL;
  }
  return (PyObject *)self;
}

static PyTypeObject CipherType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "server.media._fastpath.Cipher",
    .tp_doc = "Cipher(key, salt): an AES-GCM session key and salt, ready to seal.",
    .tp_basicsize = sizeof(Cipher),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = cipher_make,
    .tp_dealloc = (destructor)cipher_free,
};

/* Seal `body` in place behind `head`, the tag behind it. The nonce is the salt with SSRC and index laid over it. */
static int seal(Cipher *cipher, uint32_t ssrc, uint64_t index, unsigned char *data, int head, int body) {
  unsigned char nonce[12];
  int size;
  memcpy(nonce, cipher->salt, 12);
  for (int n = 0; n < 4; n++) nonce[2 + n] ^= (unsigned char)(ssrc >> (24 - 8 * n));
  for (int n = 0; n < 6; n++) nonce[6 + n] ^= (unsigned char)(index >> (40 - 8 * n));
  return encrypt_init(cipher->ctx, NULL, NULL, NULL, nonce) == 1 && encrypt_update(cipher->ctx, NULL, &size, data, head) == 1 &&
         encrypt_update(cipher->ctx, data + head, &size, data + head, body) == 1 &&
         encrypt_final(cipher->ctx, data + head + body, &size) == 1 &&
         ctx_ctrl(cipher->ctx, GET_TAG, TAG, data + head + body) == 1;
}
