internal import CMicrohttpd
internal import Glibc
internal import Reactor

// The library's callbacks, all on the loop's thread from within `MHD_run` (or a response being
// queued). Each finds its objects and hands on.

/// A connection was accepted or is about to be closed.
let handleConnection:
  @convention(c) (
    UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    MHD_ConnectionNotificationCode
  ) -> Void = { context, handle, slot, code in
    guard let context, let handle, let slot else { return }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    if code == mhd_started {
      let connection = ServerConnection(
        fd: mhd_connection_fd(handle),
        headDeadline: server.loop.now.nanoseconds &+ server.times.head)
      slot.pointee = Unmanaged.passRetained(connection).toOpaque()
      server.opened(connection)
    } else if let opaque = slot.pointee {
      slot.pointee = nil
      server.closed(Unmanaged<ServerConnection>.fromOpaque(opaque).takeRetainedValue())
    }
  }

/// The request line is complete; what is returned is passed to the callbacks below as `slot`.
let handleRequestLine:
  @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?)
    -> UnsafeMutableRawPointer? = { context, uri, handle in
      guard let context, let handle, let opaque = mhd_socket_context(handle) else { return nil }
      let exchange = HTTPExchange(
        server: Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue(),
        connection: Unmanaged<ServerConnection>.fromOpaque(opaque).takeUnretainedValue(),
        handle: handle, target: uri)
      return Unmanaged.passRetained(exchange).toOpaque()
    }

/// The head, a piece of the body, or the end of a request arrived, or a held request was released.
let handleRequest:
  @convention(c) (
    UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
    UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafeMutablePointer<Int>?,
    UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> MHD_Result = { _, _, _, method, version, data, size, slot in
    guard let size, let opaque = slot?.pointee else { return mhd_no }
    let exchange = Unmanaged<HTTPExchange>.fromOpaque(opaque).takeUnretainedValue()
    let goesOn: Bool
    if let data, size.pointee > 0 {
      goesOn = exchange.receive(UnsafeRawBufferPointer(start: data, count: size.pointee))
      size.pointee = 0
    } else {
      goesOn = exchange.advance(method: method, version: version)
    }
    return goesOn ? mhd_yes : mhd_no
  }

/// The response was sent, or the connection broke off.
let handleCompletion:
  @convention(c) (
    UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    MHD_RequestTerminationCode
  ) -> Void = { _, _, slot, code in
    guard let slot, let opaque = slot.pointee else { return }
    slot.pointee = nil
    var exchange = Unmanaged<HTTPExchange>.fromOpaque(opaque).takeRetainedValue()
    if !isKnownUniquelyReferenced(&exchange) { exchange.keepHead() }
    exchange.end(isComplete: code == mhd_completed)
  }

/// Targets are handed on as they were sent.
let keepEscapes:
  @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Int = {
    _, _, text in text.map { strlen($0) } ?? 0
  }
