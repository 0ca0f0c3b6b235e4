internal import CLinux
import Glibc

/// An operating-system thread with a name, joined once or detached.
struct Thread: @unchecked Sendable {
  /// Bytes of a name the kernel keeps.
  static let nameBytesMax = 15

  private let handle: pthread_t

  /// Starts a thread that runs `body`. Names longer than 15 bytes are cut.
  /// A detached thread cannot be joined and cleans up after itself.
  init(
    name: String, detached: Bool = false, _ body: @escaping @Sendable () -> Void
  ) throws(ReactorError) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var handle = pthread_t()
    let code = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        _ = linux_set_thread_name(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
        start.body()
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw .system(call: "pthread_create", code: code, subject: "thread «\(name)»")
    }
    self.handle = handle
    if detached { pthread_detach(handle) }
  }

  /// Waits for the thread to end. Call once, from another thread.
  func join() {
    pthread_join(handle, nil)
  }

  private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
