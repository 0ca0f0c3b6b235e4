import CLinux
import Glibc
import Testing
import TestSupport

@testable import Export

@Suite struct FileDestinationTests {
  let directory = TemporaryDirectory()

  private func batch(_ texts: String...) -> ExportBatch {
    ExportBatch(
      texts.enumerated().map {
        ExportItem(sequence: UInt64($0.offset), leafHash: "", bytes: Array($0.element.utf8))
      })
  }

  private var content: String { String(decoding: directory.read("out"), as: UTF8.self) }

  private func open(
    _ format: ExportFormat = .jsonl, at bytes: Int? = nil
  ) throws -> FileDestination {
    try FileDestination(path: directory.file("out"), as: format, continuingAt: bytes)
  }

  @Test func `records are lines`() async throws {
    let file = try open()
    try await file.deliver(batch("a", "b"))
    try await file.deliver(batch("c"))
    #expect(content == "a\nb\nc\n")
    #expect(file.outputBytes == 6)
  }

  @Test func `a table has its header once, also over runs`() async throws {
    let header = String(decoding: CSV.header, as: UTF8.self)
    var file = try open(.csv)
    try await file.deliver(batch("1"))
    let bytes = try #require(file.outputBytes)
    file = try open(.csv, at: bytes)
    try await file.deliver(batch("2"))
    #expect(content == header + "\r\n1\r\n2\r\n")
  }

  @Test func `a file that is there is not overwritten`() throws {
    directory.write([0x61], to: "out")
    #expect(throws: ExportError.outputExists(path: directory.file("out"))) { try open() }
    #expect(content == "a")
  }

  @Test func `what is beyond the position is written again`() async throws {
    directory.write(Array("a\nb\ntor".utf8), to: "out")
    let file = try open(at: 2)
    #expect(content == "a\n")
    try await file.deliver(batch("b"))
    #expect(content == "a\nb\n")
  }

  @Test func `a file that became shorter is refused, a new one is begun`() async throws {
    directory.write(Array("a\n".utf8), to: "out")
    #expect(
      throws: ExportError.shorterOutput(path: directory.file("out"), bytes: 2, expected: 4)
    ) { try open(at: 4) }
    directory.write([], to: "out")
    let file = try open(.csv, at: 4)
    try await file.deliver(batch("c"))
    #expect(content.hasPrefix("seq,time,") && content.hasSuffix("\r\nc\r\n"))
  }

  @Test func `a disk that is full is tried again and holds no half record`() async throws {
    let path = directory.file("full")
    guard mkdir(path, 0o700) == 0, mount("tmpfs", path, "tmpfs", 0, "size=8k") == 0 else {
      print("skipped: a full disk needs the right to mount (\(String(cString: strerror(errno))))")
      return
    }
    defer { umount2(path, Int32(MNT_DETACH)) }
    let file = try FileDestination(path: path + "/out", as: .jsonl, continuingAt: nil)
    try await file.deliver(batch("a"))
    let large = String(repeating: "x", count: 20_000)
    await #expect(throws: DeliveryFailure.temporary("\(path)/out: No space left on device")) {
      try await file.deliver(batch(large))
    }
    #expect(TemporaryDirectory.read(path + "/out") == Array("a\n".utf8))
    try await file.deliver(batch("b"))
    #expect(TemporaryDirectory.read(path + "/out") == Array("a\nb\n".utf8))
  }
}
