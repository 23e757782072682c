// How commands and replies look: one line each, words separated by a space, any byte written as %xx.

#ifndef WIRE_H
#define WIRE_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 1 << 18, MAX_WORDS = 64 };

struct call {
  int count;                // of arguments, without the command's own name
  char *word[MAX_WORDS];    // decoded, with a NUL behind
  size_t length[MAX_WORDS]; // without that NUL
  char *reply;
  size_t used;
};

static int hex_digit(char c) {
  const char *digits = "0123456789abcdef";
  const char *at = c == 0 ? NULL : strchr(digits, c);
  return at == NULL ? -1 : (int)(at - digits);
}

/** Decodes %xx in place. */
static size_t decode(char *word) {
  char *to = word;
  for (const char *from = word; *from != 0; from++) {
    if (*from == '%' && hex_digit(from[1]) >= 0 && hex_digit(from[2]) >= 0) {
      *to++ = (char)(hex_digit(from[1]) * 16 + hex_digit(from[2]));
      from += 2;
    } else {
      *to++ = *from;
    }
  }
  *to = 0;
  return (size_t)(to - word);
}

static void reply_character(struct call *call, char c) {
  if (call->used < LINE_SIZE - 2) {
    call->reply[call->used++] = c;
    call->reply[call->used] = 0;
  }
}

/** Appends a word to the reply, whatever bytes it has. */
static void reply_bytes(struct call *call, const char *bytes, size_t length) {
  reply_character(call, ' ');
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c <= ' ' || c == '%' || c >= 127) {
      reply_character(call, '%');
      reply_character(call, "0123456789abcdef"[c >> 4]);
      reply_character(call, "0123456789abcdef"[c & 15]);
    } else {
      reply_character(call, (char)c);
    }
  }
}

__attribute__((format(printf, 2, 3))) static void reply(struct call *call, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  reply_bytes(call, text, (size_t)length);
}

static const char *text(struct call *call, int index) {
  return index < call->count ? call->word[index] : "";
}

static size_t text_length(struct call *call, int index) {
  return index < call->count ? call->length[index] : 0;
}

static long long number(struct call *call, int index) { return strtoll(text(call, index), NULL, 0); }

static long octal(struct call *call, int index) { return strtol(text(call, index), NULL, 8); }

static int descriptor(struct call *call, int index) { return (int)number(call, index); }

static int is(const char *a, const char *b) { return strcmp(a, b) == 0; }

/** For a command that was told nonsense. */
static int nonsense(void) {
  errno = EINVAL;
  return -1;
}

#endif
