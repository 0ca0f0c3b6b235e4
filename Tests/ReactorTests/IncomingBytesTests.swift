import Reactor
import Testing

@Suite("Bytes that come piece by piece")
struct IncomingBytesTests {
  @Test("what has grown large is not moved any more, and keeps within its bound")
  func room() {
    let piece = [UInt8](repeating: 1, count: 64 << 10)
    let bound = 20 << 20
    var bytes: [UInt8] = []
    var places: Set<UnsafeRawPointer?> = []
    while bytes.count + piece.count <= bound {
      bytes.makeRoom(for: piece.count, upTo: bound)
      bytes += piece
      if bytes.count > 2 << 20 { places.insert(bytes.withUnsafeBytes { $0.baseAddress }) }
    }
    #expect(places.count == 1)
    #expect(bytes.capacity < bound + 4096)
  }

  @Test("what is short takes no room beforehand")
  func short() {
    var bytes: [UInt8] = [1, 2, 3]
    bytes.makeRoom(for: 1000, upTo: 1 << 30)
    #expect(bytes.capacity < 100)
  }

  @Test("room for more than 64 MiB grows step by step, whatever the bound")
  func steps() {
    var bytes: [UInt8] = []
    bytes.makeRoom(for: 2 << 20, upTo: 1 << 40)
    #expect((64 << 20..<65 << 20).contains(bytes.capacity))
  }
}
