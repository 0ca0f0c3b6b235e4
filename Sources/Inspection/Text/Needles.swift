/// Several texts that are looked for in one pass, whatever their case.
struct Needles: Sendable {
  private let needles: [[UInt8]]
  /// The needles by their first byte.
  private let starts: [[Int]]

  /// - Parameter texts: ASCII in lower case.
  init(_ texts: [String]) {
    needles = texts.map { Array($0.utf8) }
    var starts = [[Int]](repeating: [], count: 256)
    for (index, needle) in needles.enumerated() {
      guard let first = needle.first else { continue }
      starts[Int(first)].append(index)
      if Self.lower(first ^ 0x20) == first { starts[Int(first ^ 0x20)].append(index) }
    }
    self.starts = starts
  }

  /// The first place of any of them, from a place on.
  func first(in text: InspectedText, from place: Int = 0) -> (needle: String, range: Range<Int>)? {
    text.ascii.withUnsafeBufferPointer { bytes in
      for start in bytes.indices.dropFirst(place) where !starts[Int(bytes[start])].isEmpty {
        for index in starts[Int(bytes[start])] {
          let needle = needles[index]
          guard start + needle.count <= bytes.count else { continue }
          if needle.indices.allSatisfy({ Self.lower(bytes[start + $0]) == needle[$0] }) {
            return (String(decoding: needle, as: UTF8.self), start..<start + needle.count)
          }
        }
      }
      return nil
    }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }
}
