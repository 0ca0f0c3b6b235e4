import BenchmarkSupport

/// Calls `body` with the UTF-8 of `text`.
func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
  defer { memory.deallocate() }
  memory.copyBytes(from: text.utf8)
  return body(UnsafeRawBufferPointer(memory))
}

extension UnsafeRawBufferPointer {
  var text: String { String(decoding: self, as: UTF8.self) }
}
