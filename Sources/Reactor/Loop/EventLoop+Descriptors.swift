internal import CLinux
import Glibc

extension EventLoop {
  /// Watches a descriptor, level-triggered unless `interest` holds `.edge`. One registration per
  /// descriptor and loop.
  ///
  /// `handler` may cancel this or any registration and register anew, the same descriptor too.
  /// - Throws: `.system` (`EEXIST` when the descriptor is registered already, `EPERM` for a
  ///   regular file, `EBADF` when it is closed).
  public func register(
    _ fd: Int32, for interest: Interest, _ handler: @escaping (Readiness) -> Void
  ) throws(ReactorError) -> Registration {
    preconditionCurrent()
    let registration = Registration(loop: self, fd: fd, interest: interest, handler: handler)
    let token = registrations.insert(registration)
    registration.token = token
    guard linux_epoll_add(epoll, fd, interest.rawValue, token.rawValue) == 0 else {
      let error = ReactorError.last("epoll_ctl", "descriptor \(fd)")
      registrations.remove(token)
      throw error
    }
    return registration
  }

  func modify(_ registration: Registration, _ interest: Interest) throws(ReactorError) {
    let token = registration.token.rawValue
    guard linux_epoll_modify(epoll, registration.fd, interest.rawValue, token) == 0 else {
      throw .last("epoll_ctl", "descriptor \(registration.fd)")
    }
  }

  func remove(_ registration: Registration) {
    registrations.remove(registration.token)
    // Fails when the descriptor was closed first: epoll forgot it then.
    _ = linux_epoll_remove(epoll, registration.fd)
  }
}
