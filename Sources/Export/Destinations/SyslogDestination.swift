internal import CLinux
internal import Glibc

/// Sends messages to a syslog server. Blocks, at most ten seconds at a time.
///
/// Syslog has no acknowledgement. Over a stream a batch counts as taken when the system at the
/// other end has confirmed every byte; a datagram when this system has taken it.
public final class SyslogDestination: ExportDestination {
  private let address: SyslogAddress
  private var socket: SyslogSocket?

  /// A destination that is connected with the first batch.
  public init(_ address: SyslogAddress) {
    self.address = address
  }

  /// Always nil.
  public var outputBytes: Int? { nil }

  /// Sends the messages of a batch. After a failure the next try is on a new connection.
  public func deliver(_ batch: ExportBatch) async throws(DeliveryFailure) {
    if socket?.isHungUp == true { socket = nil }
    do throws(DeliveryFailure) {
      let socket = try connected()
      if socket.isStream {
        var text: [UInt8] = []
        text.reserveCapacity(batch.byteCount + batch.items.count * 8)
        for item in batch.items { text += Array("\(item.bytes.count) ".utf8) + item.bytes }
        try socket.send(stream: text)
      } else {
        for item in batch.items { try socket.send(datagram: item) }
      }
    } catch {
      socket = nil
      throw error
    }
  }

  private func connected() throws(DeliveryFailure) -> SyslogSocket {
    if let socket { return socket }
    let fresh = try SyslogSocket(address)
    socket = fresh
    return fresh
  }
}
