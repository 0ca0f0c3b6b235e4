// Linux calls and constants that Swift's Glibc module lacks or cannot import: macros, variadics and
// names behind _GNU_SOURCE. Static inline only, no logic. One section per topic.
//
// Functions are called linux_<name>, constants LINUX_<NAME>; both mean what the manual page says.
// _GNU_SOURCE is not defined here: it changes structs that Glibc's module also declares. What lies
// behind it is declared where it is used.
//
// Calls return -1 with errno set, as the originals do, unless said otherwise.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- epoll(7) ---------------------------------------------------------------------------------

static const uint32_t LINUX_EPOLLIN = 0x001;
static const uint32_t LINUX_EPOLLOUT = 0x004;
static const uint32_t LINUX_EPOLLERR = 0x008;
static const uint32_t LINUX_EPOLLHUP = 0x010;
static const uint32_t LINUX_EPOLLRDHUP = 0x2000;
static const uint32_t LINUX_EPOLLET = 0x80000000u;

/// One event, without the packing of `struct epoll_event`.
typedef struct {
  uint32_t events;
  uint64_t data;
} linux_event;

static inline int linux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int linux_epoll_add(int epoll, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data = {.u64 = data}};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static inline int linux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data = {.u64 = data}};
  return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

static inline int linux_epoll_remove(int epoll, int fd) {
  struct epoll_event event = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event);
}

typedef struct epoll_event linux_epoll_event;

static inline int linux_epoll_wait(
    int epoll, linux_epoll_event *events, int capacity, int milliseconds) {
  return epoll_wait(epoll, events, capacity, milliseconds);
}

static inline linux_event linux_epoll_event_at(const linux_epoll_event *events, int index) {
  linux_event event = {.events = events[index].events, .data = events[index].data.u64};
  return event;
}

// ---- eventfd(2), signalfd(2), pipe2(2) --------------------------------------------------------

/// Non-blocking, close-on-exec, initial count 0.
static inline int linux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

/// Non-blocking, close-on-exec.
static inline int linux_signalfd(const sigset_t *mask) {
  return signalfd(-1, mask, SFD_NONBLOCK | SFD_CLOEXEC);
}

typedef struct signalfd_siginfo linux_signal_info;

static inline int linux_pipe2(int ends[2], int flags) {
  extern int pipe2(int[2], int);
  return pipe2(ends, flags);
}

// ---- Processes: posix_spawn(3), pidfd_open(2), waitid(2), prctl(2) ----------------------------

static const short LINUX_POSIX_SPAWN_SETSIGMASK = 0x08;
static const short LINUX_POSIX_SPAWN_SETSIGDEF = 0x04;
static const short LINUX_POSIX_SPAWN_SETSID = 0x80;

static inline int linux_spawn_add_closefrom(posix_spawn_file_actions_t *actions, int from) {
  extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

static inline int linux_spawn_add_chdir(posix_spawn_file_actions_t *actions, const char *path) {
  extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

static inline int linux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0u); }

static inline int linux_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0u);
}

/// waitid(P_PIDFD, WEXITED | WNOHANG): 1 when the process has ended and `code`/`status` are set, 0
/// when it still runs, -1 with errno. `code` is CLD_EXITED, CLD_KILLED or CLD_DUMPED. With `keep`
/// (WNOWAIT) it is not reaped but stays a zombie that keeps its number.
static inline int linux_pidfd_wait(int pidfd, int keep, int *code, int *status) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int options = WEXITED | WNOHANG | (keep ? WNOWAIT : 0);
  if (waitid((idtype_t)3 /* P_PIDFD */, (id_t)pidfd, &info, options) != 0) return -1;
  if (info.si_pid == 0) return 0;
  *code = info.si_code;
  *status = info.si_status;
  return 1;
}

/// Makes ended children wait to be reaped when SIGCHLD is ignored or SA_NOCLDWAIT set, which a
/// process may inherit from whoever started it.
static inline int linux_keep_ended_children(void) {
  struct sigaction action;
  if (sigaction(SIGCHLD, NULL, &action) != 0) return -1;
  if (action.sa_handler != SIG_IGN && !(action.sa_flags & SA_NOCLDWAIT)) return 0;
  if (action.sa_handler == SIG_IGN) action.sa_handler = SIG_DFL;
  action.sa_flags &= ~SA_NOCLDWAIT;
  return sigaction(SIGCHLD, &action, NULL);
}

static const int LINUX_CLD_EXITED = 1;

static inline int linux_set_child_subreaper(int on) {
  return prctl(PR_SET_CHILD_SUBREAPER, (unsigned long)on, 0ul, 0ul, 0ul);
}

static inline int linux_set_dumpable(int on) {
  return prctl(PR_SET_DUMPABLE, (unsigned long)on, 0ul, 0ul, 0ul);
}

// ---- Threads ----------------------------------------------------------------------------------

/// Names the calling thread; the kernel keeps 15 bytes, longer names fail with ERANGE.
static inline int linux_set_thread_name(const char *name) {
  extern int pthread_setname_np(pthread_t, const char *);
  return pthread_setname_np(pthread_self(), name);
}

// ---- Sockets ----------------------------------------------------------------------------------

static const int LINUX_SO_REUSEPORT = SO_REUSEPORT;
static const int LINUX_SO_PEERCRED = SO_PEERCRED;
static const int LINUX_TCP_NODELAY = TCP_NODELAY;
static const int LINUX_SOCK_STREAM = SOCK_STREAM;
static const int LINUX_SOCK_DGRAM = SOCK_DGRAM;
static const int LINUX_SOCK_NONBLOCK = SOCK_NONBLOCK;
static const int LINUX_SOCK_CLOEXEC = SOCK_CLOEXEC;
static const int LINUX_MSG_NOSIGNAL = MSG_NOSIGNAL;
static const int LINUX_MSG_PEEK = MSG_PEEK;
static const int LINUX_MSG_DONTWAIT = MSG_DONTWAIT;

/// Non-blocking, close-on-exec.
static inline int linux_accept(int fd, struct sockaddr *address, socklen_t *length) {
  extern int accept4(int, struct sockaddr *, socklen_t *, int);
  return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// Who is at the other end of a Unix socket (`struct ucred`).
typedef struct {
  pid_t pid;
  uid_t uid;
  gid_t gid;
} linux_peer_credentials;

static inline int linux_get_peer_credentials(int fd, linux_peer_credentials *credentials) {
  socklen_t length = sizeof *credentials;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, &length);
}

static inline int linux_set_socket_flag(int fd, int level, int option, int on) {
  return setsockopt(fd, level, option, &on, sizeof on);
}

static inline int linux_set_reuse_address(int fd) {
  return linux_set_socket_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1);
}

static inline int linux_set_reuse_port(int fd) {
  return linux_set_socket_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

static inline int linux_set_no_delay(int fd) {
  return linux_set_socket_flag(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

/// The pending error of a socket (SO_ERROR), for example after a non-blocking connect; 0 when none.
static inline int linux_socket_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

/// SIOCOUTQ: bytes of a stream that the other system has not confirmed.
static inline int linux_unsent_bytes(int fd) {
  int count = 0;
  return ioctl(fd, TIOCOUTQ, &count) == 0 ? count : -1;
}

/// Bytes of path that fit a Unix socket address, its ending zero excluded.
static const size_t LINUX_UNIX_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;

/// Fills `address` from a zero-terminated path of at most LINUX_UNIX_PATH_MAX bytes and returns the
/// length to pass to bind or connect; 0 when the path is too long.
static inline socklen_t linux_unix_address(struct sockaddr_un *address, const char *path) {
  size_t length = strlen(path);
  if (length > LINUX_UNIX_PATH_MAX) return 0;
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length + 1);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
}

// ---- Files ------------------------------------------------------------------------------------

static inline int linux_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

static inline int linux_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags, mode);
}

/// The lowest free descriptor from `from` on, close-on-exec, for the same open file.
static inline int linux_duplicate_from(int fd, int from) {
  return fcntl(fd, F_DUPFD_CLOEXEC, from);
}

/// Gives the calling thread, and the threads it starts, a table of descriptors of their own.
static inline int linux_unshare_descriptors(void) {
  extern int unshare(int);
  return unshare(0x400 /* CLONE_FILES */);
}

/// Gives the space of a range back and keeps the file's size; -1 where the file system cannot.
static inline int linux_punch_hole(int fd, int64_t offset, int64_t count) {
  extern int fallocate64(int, int, int64_t, int64_t);
  return fallocate64(fd, 0x01 | 0x02 /* KEEP_SIZE, PUNCH_HOLE */, offset, count);
}

/// sem_clockwait(3) by the monotonic clock: 0, or -1 with errno.
static inline int linux_semaphore_wait_until(void *semaphore, int64_t seconds, int64_t nanoseconds) {
  extern int sem_clockwait(void *, int, const struct timespec *);
  struct timespec end = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  return sem_clockwait(semaphore, CLOCK_MONOTONIC, &end);
}

static inline int linux_set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

// ---- Errors -----------------------------------------------------------------------------------

/// The text of an errno value, zero-terminated.
static inline void linux_error_text(int code, uint8_t *text, size_t capacity) {
  extern int __xpg_strerror_r(int, char *, size_t);
  __xpg_strerror_r(code, (char *)text, capacity);
}

// ---- Memory and random ------------------------------------------------------------------------

/// Fills at most 256 bytes without being interrupted (getrandom(2)).
static inline ssize_t linux_getrandom(void *bytes, size_t count) {
  return getrandom(bytes, count, 0);
}

static inline const void *linux_memmem(
    const void *haystack, size_t haystackLength, const void *needle, size_t needleLength) {
  extern void *memmem(const void *, size_t, const void *, size_t);
  return memmem(haystack, haystackLength, needle, needleLength);
}

/// mallopt(M_ARENA_MAX): bounds the number of malloc arenas; 1 on success.
static inline int linux_set_malloc_arenas(int count) { return mallopt(-8, count); }
