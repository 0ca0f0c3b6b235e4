import CLinux
import Glibc
import Reactor
import Testing
import TestSupport

@testable import Export

/// A socket that listens, and reads what came.
private final class Receiver {
  let descriptor: Int32
  private var accepted: Int32 = -1

  init(_ family: Int32, _ type: Int32) {
    descriptor = socket(family, type | LINUX_SOCK_CLOEXEC, 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    hangUp()
    close(descriptor)
  }

  func bindLocal(port: UInt16 = 0) -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    _ = linux_set_reuse_address(descriptor)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard Glibc.bind(descriptor, pointer, length) == 0 else { return 0 }
        getsockname(descriptor, pointer, &length)
        return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          UInt16(bigEndian: $0.pointee.sin_port)
        }
      }
    }
  }

  func bind(to path: String) -> Bool {
    var address = sockaddr_un()
    let length = linux_unix_address(&address, path)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, length) == 0
      }
    }
  }

  func acceptOne() { accepted = accept(descriptor, nil, nil) }

  func hangUp() {
    if accepted >= 0 { close(accepted) }
    accepted = -1
  }

  func datagram() -> String {
    var bytes = [UInt8](repeating: 0, count: 70_000)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// Frames with their lengths in front.
  func frames(_ count: Int) -> [String] {
    var frames: [String] = []
    while frames.count < count {
      var length = 0
      var byte: UInt8 = 0
      while recv(accepted, &byte, 1, 0) == 1, byte != 0x20 { length = length * 10 + Int(byte - 48) }
      var bytes = [UInt8](repeating: 0, count: length)
      var done = 0
      while done < length {
        let count = recv(accepted, &bytes[done], length - done, 0)
        guard count > 0 else { return frames + ["broken off after \(done) of \(length)"] }
        done += count
      }
      frames.append(String(decoding: bytes, as: UTF8.self))
    }
    return frames
  }
}

@Suite struct SyslogDestinationTests {
  private func batch(_ texts: String...) -> ExportBatch {
    ExportBatch(
      texts.enumerated().map {
        ExportItem(sequence: UInt64($0.offset), leafHash: "", bytes: Array($0.element.utf8))
      })
  }

  @Test(
    arguments: [
      ("unix:/dev/log", .unix(path: "/dev/log")), ("udp://h", .udp(host: "h", port: 514)),
      ("tcp://h:6514", .tcp(host: "h", port: 6514)), ("tcp://h", .tcp(host: "h", port: 601)),
      ("udp://[::1]:9", .udp(host: "::1", port: 9)), ("tcp://[::1]", .tcp(host: "::1", port: 601)),
    ] as [(String, SyslogAddress)])
  func `addresses are read and written`(text: String, address: SyslogAddress) throws {
    #expect(try SyslogAddress(text) == address)
    #expect(try SyslogAddress(address.description) == address)
  }

  @Test(
    arguments: [
      ("", .unknown), ("h:514", .unknown), ("udp://", .unknown), ("udp://a b", .unknown),
      ("tls://h", .tls), ("udp://h:0", .port), ("udp://h:99999", .port), ("tcp://h:", .port),
      ("unix:", .path), ("unix:/" + String(repeating: "a", count: 107), .path),
      ("tcp://h/x", .unknown), ("tcp://[::1]x", .port),
    ] as [(String, SyslogAddress.Problem)])
  func `what is no address is told`(text: String, problem: SyslogAddress.Problem) {
    #expect(throws: problem) { try SyslogAddress(text) }
  }

  @Test func `udp carries a message in each datagram`() async throws {
    let receiver = Receiver(AF_INET, LINUX_SOCK_DGRAM)
    let port = receiver.bindLocal()
    let destination = SyslogDestination(.udp(host: "127.0.0.1", port: port))
    try await destination.deliver(batch("one", "two"))
    #expect(receiver.datagram() == "one")
    #expect(receiver.datagram() == "two")
    let large = ExportBatch([.numbered(77, bytes: 66_000)])
    await #expect {
      try await destination.deliver(large)
    } throws: {
      guard case .permanent(let reason)? = $0 as? DeliveryFailure else { return false }
      return reason.contains("record 77") && reason.contains("tcp://")
    }
  }

  @Test func `a unix socket takes datagrams, or a stream where it is one`() async throws {
    let directory = TemporaryDirectory()
    let datagrams = Receiver(AF_UNIX, LINUX_SOCK_DGRAM)
    #expect(datagrams.bind(to: directory.file("d")))
    try await SyslogDestination(.unix(path: directory.file("d"))).deliver(batch("one"))
    #expect(datagrams.datagram() == "one")

    let stream = Receiver(AF_UNIX, LINUX_SOCK_STREAM)
    #expect(stream.bind(to: directory.file("s")) && listen(stream.descriptor, 5) == 0)
    // Bytes of a Unix stream count as confirmed when they are read.
    let group = try EventLoopGroup(count: 1)
    let sender = Task(executorPreference: group.loops[0]) {
      [path = directory.file("s"), batch = batch("one", "two words")] in
      try await SyslogDestination(.unix(path: path)).deliver(batch)
    }
    stream.acceptOne()
    #expect(stream.frames(2) == ["one", "two words"])
    try await sender.value
    group.shutdown()

    await #expect(throws: DeliveryFailure.self) {
      try await SyslogDestination(.unix(path: directory.file("none"))).deliver(batch("x"))
    }
  }

  @Test func `tcp carries lengths, and a lost connection is made anew`() async throws {
    let receiver = Receiver(AF_INET, LINUX_SOCK_STREAM)
    let port = receiver.bindLocal()
    #expect(listen(receiver.descriptor, 5) == 0)
    let destination = SyslogDestination(.tcp(host: "127.0.0.1", port: port))
    try await destination.deliver(batch("one", "zwölf\n"))
    receiver.acceptOne()
    #expect(receiver.frames(2) == ["one", "zwölf\n"])
    try await destination.deliver(batch("three"))
    #expect(receiver.frames(1) == ["three"])
    receiver.hangUp()
    // The end of the connection is seen before the batch goes into it.
    try await destination.deliver(batch("four"))
    receiver.acceptOne()
    #expect(receiver.frames(1) == ["four"])
  }

  @Test func `nobody there is a failure that may pass`() async throws {
    let receiver = Receiver(AF_INET, LINUX_SOCK_STREAM)
    let port = receiver.bindLocal()
    let destination = SyslogDestination(.tcp(host: "127.0.0.1", port: port))
    await #expect {
      try await destination.deliver(batch("x"))
    } throws: {
      guard case .temporary(let reason, nil)? = $0 as? DeliveryFailure else { return false }
      return reason.contains("Connection refused")
    }
    #expect(listen(receiver.descriptor, 5) == 0)
    try await destination.deliver(batch("x"))
  }
}
