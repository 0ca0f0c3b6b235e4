import Reactor
import TestSupport
import Testing

@Suite("Bytes on their way out")
struct OutgoingBytesTests {
  private static func bytes(_ count: Int, _ numbers: inout SeededGenerator) -> [UInt8] {
    let first = UInt8.random(in: 0...255, using: &numbers)
    return (0..<count).map { first &+ UInt8(truncatingIfNeeded: $0 / 3) }
  }

  private static func sizes(_ numbers: inout SeededGenerator) -> Int {
    switch Int.random(in: 0..<4, using: &numbers) {
    case 0: 0
    case 1: Int.random(in: 1..<100, using: &numbers)
    case 2: OutgoingBytes.sharedMin + Int.random(in: -1...1, using: &numbers)
    default: Int.random(in: 0..<100_000, using: &numbers)
    }
  }

  /// One random change of both; what was taken is compared.
  private static func step(
    _ bytes: inout OutgoingBytes, _ model: inout [UInt8], _ numbers: inout SeededGenerator
  ) {
    switch Int.random(in: 0..<8, using: &numbers) {
    case 0:
      bytes.append(7)
      model.append(7)
    case 1:
      let more = Self.bytes(sizes(&numbers), &numbers)
      bytes.append(more)
      model += more
    case 2:
      let all = Self.bytes(sizes(&numbers), &numbers)
      let start = Int.random(in: 0...all.count, using: &numbers)
      let range = start..<Int.random(in: start...all.count, using: &numbers)
      bytes.append(range, of: all)
      model += all[range]
    case 3:
      var other = OutgoingBytes()
      var otherModel: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<4, using: &numbers) {
        step(&other, &otherModel, &numbers)
      }
      bytes.append(other)
      model += otherModel
    case 4:
      bytes.flattenLineBreaks()
      model.flattenLineBreaks()
    case 5:
      let count = Int.random(in: 0...model.count, using: &numbers)
      bytes.drop(count)
      model.removeFirst(count)
    case 6:
      let front = bytes.withFront { Array($0) + Array($1) + Array($2) }
      #expect(front == Array(model.prefix(front.count)))
      #expect(bytes.isEmpty || bytes.withFront { first, _, _ in !first.isEmpty })
    default:
      let limit = Int.random(in: 1..<70_000, using: &numbers)
      let taken = bytes.take(limit)
      #expect(taken.count <= limit)
      #expect(Array(taken) == Array(model.prefix(taken.count)))
      #expect(!taken.isEmpty || model.isEmpty)
      model.removeFirst(taken.count)
    }
  }

  @Test("what comes out is what went in, whatever is appended and taken", arguments: 0..<60)
  func model(seed: UInt64) {
    var numbers = SeededGenerator(seed: seed)
    var bytes = OutgoingBytes()
    var model: [UInt8] = []
    for _ in 0..<60 {
      Self.step(&bytes, &model, &numbers)
      #expect(bytes.count == model.count)
      #expect(bytes.isEmpty == model.isEmpty)
    }
    #expect(bytes.joined == model)
    let copy = bytes
    while !bytes.isEmpty { #expect(!bytes.take(1 << 16).isEmpty) }
    // A copy is not emptied with it.
    #expect(copy.joined == model)
  }

  /// Where the bytes of an array are.
  private static func address(_ bytes: [UInt8]) -> UnsafeRawPointer? {
    bytes.withUnsafeBytes { $0.baseAddress }
  }

  @Test("a long run of an array is shared with it, and a short one is copied")
  func sharing() {
    let long = [UInt8](repeating: 1, count: 4 * OutgoingBytes.sharedMin)
    var bytes = OutgoingBytes()
    bytes.append(text: "head")
    bytes.append(0..<long.count, of: long)
    bytes.append(0..<OutgoingBytes.sharedMin - 1, of: long)
    bytes.append(text: "end")
    bytes.withFront { head, run, rest in
      #expect(head.count == 4)
      #expect(run.baseAddress == Self.address(long))
      #expect(run.count == long.count)
      #expect(rest.count == OutgoingBytes.sharedMin - 1 + 3)
    }
    let inOthers: OutgoingBytes = {
      var others = OutgoingBytes([9])
      others.append(bytes)
      return others
    }()
    inOthers.withFront { head, run, _ in
      #expect(head.count == 5)
      #expect(run.baseAddress == Self.address(long))
    }
  }

  @Test("a run that is less than a fourth of its array does not keep the array alive")
  func retaining() {
    let count = OutgoingBytes.retainedMax * (OutgoingBytes.sharedMin + 1)
    let long = [UInt8](repeating: 1, count: count)
    for (length, isShared) in [(OutgoingBytes.sharedMin, false), (count / 4, true)] {
      var bytes = OutgoingBytes([0])
      bytes.append(5..<5 + length, of: long)
      let address = bytes.withFront { first, second, _ in
        second.isEmpty ? first.baseAddress.map { $0 + 1 } : second.baseAddress
      }
      #expect((address == Self.address(long).map { $0 + 5 }) == isShared)
    }
  }
}
