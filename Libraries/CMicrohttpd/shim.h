// What Swift cannot import of libmicrohttpd: variadic functions and unions. No logic.
#pragma once
#include <microhttpd.h>
#include <stdint.h>

typedef struct {
  MHD_AccessHandlerCallback handler;
  MHD_RequestCompletedCallback completed;
  MHD_NotifyConnectionCallback connection;
  void *(*uri)(void *cls, const char *uri, struct MHD_Connection *connection);
  size_t (*unescape)(void *cls, struct MHD_Connection *connection, char *text);
  void *context;
  int listen_fd;
  unsigned int connections;
  size_t memory;
  size_t increment;
  const char *certificate;  // PEM or NULL; both or none
  const char *key;
  const char *priorities;   // GnuTLS priority string
} mhd_options;

// MHD_ALLOW_SUSPEND_RESUME without the eventfd that wakes a daemon of another thread.
static const unsigned int mhd_suspend_resume = 8192;

static inline struct MHD_Daemon *mhd_start(const mhd_options *o) {
  unsigned int flags = MHD_USE_EPOLL | mhd_suspend_resume;
  struct MHD_OptionItem tls[] = {
      {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)o->certificate},
      {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)o->key},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)o->priorities},
      {MHD_OPTION_END, 0, NULL}};
  if (o->certificate == NULL) tls[0].option = MHD_OPTION_END;
  else flags |= MHD_USE_TLS;
  return MHD_start_daemon(
      flags, 0, NULL, NULL, o->handler, o->context,
      MHD_OPTION_LISTEN_SOCKET, o->listen_fd,
      MHD_OPTION_NOTIFY_COMPLETED, o->completed, o->context,
      MHD_OPTION_NOTIFY_CONNECTION, o->connection, o->context,
      MHD_OPTION_URI_LOG_CALLBACK, o->uri, o->context,
      MHD_OPTION_UNESCAPE_CALLBACK, o->unescape, o->context,
      MHD_OPTION_CONNECTION_LIMIT, o->connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->memory,
      MHD_OPTION_CONNECTION_MEMORY_INCREMENT, o->increment,
      MHD_OPTION_CONNECTION_TIMEOUT, 0u,
      MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_ARRAY, tls,
      MHD_OPTION_END);
}

static inline int mhd_epoll_fd(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info == NULL ? -1 : info->epoll_fd;
}

static inline int mhd_connection_fd(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

static inline void *mhd_socket_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

static inline size_t mhd_header_size(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info == NULL ? 0 : info->header_size;
}

static const uint64_t mhd_size_unknown = UINT64_MAX;
static const ssize_t mhd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t mhd_end_with_error = MHD_CONTENT_READER_END_WITH_ERROR;

// Enumerations marked as fixed lose their names in Swift.
static const enum MHD_Result mhd_no = MHD_NO;
static const enum MHD_Result mhd_yes = MHD_YES;
static const enum MHD_ValueKind mhd_header = MHD_HEADER_KIND;
static const enum MHD_ConnectionNotificationCode mhd_started = MHD_CONNECTION_NOTIFY_STARTED;
static const enum MHD_RequestTerminationCode mhd_completed = MHD_REQUEST_TERMINATED_COMPLETED_OK;
static const enum MHD_ResponseMemoryMode mhd_persistent = MHD_RESPMEM_PERSISTENT;
static const enum MHD_ResponseMemoryMode mhd_must_copy = MHD_RESPMEM_MUST_COPY;
