import Glibc
import Testing
import TestSupport

@testable import Gate

@Suite("The file of the state keys")
struct StateKeyFileTests {
  private let directory = TemporaryDirectory()
  private var path: String { "\(directory.path)/state.key" }

  @Test func `it is made once, for its owner only, and read again`() throws {
    let made = try StateKeyFile(path: path).load()
    let again = try StateKeyFile(path: path).load()
    #expect(made.key(ofDay: 7) == again.key(ofDay: 7))
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(status.st_size == 65)
    let other = TemporaryDirectory()
    #expect(
      try StateKeyFile(path: "\(other.path)/state.key").load().key(ofDay: 7) != made.key(ofDay: 7))
  }

  @Test func `gateways with the same file open what one of them sealed`() throws {
    directory.write(String(repeating: "0f", count: 32), to: "state.key")
    let other = TemporaryDirectory()
    other.write(String(repeating: "0f", count: 32) + "\n", to: "state.key")
    let token = try StateSeal(keys: StateKeyFile(path: path).load()).seal([5], for: .task, at: 0)
    let second = try StateSeal(keys: StateKeyFile(path: "\(other.path)/state.key").load())
    #expect(second.open(token, for: .task, at: 0) == [5])
  }

  @Test(arguments: ["", "0f", String(repeating: "g", count: 64), String(repeating: "0", count: 66)])
  func `what holds no secret is refused, not replaced`(text: String) {
    directory.write(text, to: "state.key")
    #expect(throws: StateKeyFile.Failure.self) { try StateKeyFile(path: path).load() }
  }

  @Test func `a file that others may read, a link and a directory are refused`() throws {
    directory.write(String(repeating: "0f", count: 32), to: "state.key")
    chmod(path, 0o640)
    let failure = #expect(throws: StateKeyFile.Failure.self) {
      try StateKeyFile(path: path).load()
    }
    #expect(failure?.reason.contains("remove it") == true)
    chmod(path, 0o600)
    let link = "\(directory.path)/link"
    symlink(path, link)
    #expect(throws: StateKeyFile.Failure.self) { try StateKeyFile(path: link).load() }
    #expect(throws: StateKeyFile.Failure.self) { try StateKeyFile(path: directory.path).load() }
    #expect(throws: StateKeyFile.Failure.self) { try StateKeyFile(path: "/nowhere/key").load() }
  }
}
