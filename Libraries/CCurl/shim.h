// What Swift cannot import of libcurl: variadic functions and unions. No logic.
#pragma once
#include <curl/curl.h>

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

/// The callbacks of one transfer, all with the same context.
typedef struct {
  void *context;
  size_t (*header)(char *, size_t, size_t, void *);
  size_t (*write)(char *, size_t, size_t, void *);
  size_t (*read)(char *, size_t, size_t, void *);
  int (*seek)(void *, curl_off_t, int);  // NULL: the body cannot be sent again
  curl_socket_t (*open)(void *, curlsocktype, struct curl_sockaddr *);
  char *error_text;  // CURL_ERROR_SIZE bytes
} ccurl_callbacks;

static inline void ccurl_set_callbacks(CURL *easy, const ccurl_callbacks *c) {
  curl_easy_setopt(easy, CURLOPT_PRIVATE, c->context);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, c->header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, c->context);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, c->write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, c->context);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, c->read);
  curl_easy_setopt(easy, CURLOPT_READDATA, c->context);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, c->seek);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, c->context);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, c->open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, c->context);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->error_text);
}

static inline void *ccurl_private(CURL *easy) {
  char *context = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &context);
  return context;
}

static inline long ccurl_os_errno(CURL *easy) {
  long code = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &code);
  return code;
}

static inline void ccurl_multi_set_callbacks(
    CURLM *multi, curl_socket_callback socket, curl_multi_timer_callback timer, void *context) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

static inline void ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  curl_multi_setopt(multi, option, value);
}

/// The next transfer that is done, with its result; NULL when there is none.
static inline CURL *ccurl_next_done(CURLM *multi, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

static const size_t ccurl_write_pause = CURL_WRITEFUNC_PAUSE;
static const size_t ccurl_read_abort = CURL_READFUNC_ABORT;
static const size_t ccurl_error_size = CURL_ERROR_SIZE;
static const long ccurl_http_1_1 = CURL_HTTP_VERSION_1_1;
static const long ccurl_http_2_over_tls = CURL_HTTP_VERSION_2TLS;
static const curl_socket_t ccurl_no_socket = CURL_SOCKET_BAD;
