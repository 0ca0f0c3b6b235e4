/// An array in chunks of which copies share all that are not changed in them: an index of which one
/// tool changes copies no reference to any other.
struct ChunkedArray<Element: Sendable>: Sendable {
  private var chunks: [[Element]] = []
  private(set) var count = 0

  /// Elements of a chunk: few to copy, in few chunks.
  private static var chunkLength: Int { 64 }

  var indices: Range<Int> { 0..<count }

  subscript(index: Int) -> Element {
    @inline(__always) get { chunks[index / Self.chunkLength][index % Self.chunkLength] }
    @inline(__always) _modify {
      yield &chunks[index / Self.chunkLength][index % Self.chunkLength]
    }
  }

  mutating func append(_ element: Element) {
    if count % Self.chunkLength == 0 {
      var chunk: [Element] = []
      chunk.reserveCapacity(Self.chunkLength)
      chunks.append(chunk)
    }
    chunks[count / Self.chunkLength].append(element)
    count += 1
  }
}
