import Glibc
import Testing

@testable import Orders

@Suite("What was used of quotas, over restarts")
struct UsageTests {
  private static let day: UInt64 = 86_400_000_000_000

  private static func use(_ subject: String, missing: UInt64, at: Int64) -> KeptUse {
    KeptUse(
      quota: "budget", subject: subject, bytes: .init(missing: missing / 2, period: Self.day),
      cost: .init(missing: missing, period: Self.day), at: at)
  }

  private static func put(_ uses: [KeptUse], in file: UsageFile, at now: Int64) async throws {
    try await file.keep({ (uses, now) }, as: { $0 }, then: { _ in })
  }

  @Test func `what was used is there again, the newest of each`() async throws {
    let place = try Place()
    let path = "\(place.path)/quotas.sqlite"
    do {
      let (file, uses) = try UsageFile.open(path: path, thread: place.thread, at: 0)
      #expect(uses.isEmpty)
      try await Self.put(
        [Self.use("a", missing: 7_000, at: 10), Self.use("b", missing: 9_000, at: 10)], in: file,
        at: 10)
      try await Self.put([Self.use("a", missing: .max, at: 11)], in: file, at: 11)
    }
    let loaded = try UsageFile.open(path: path, thread: place.thread, at: 12).uses
      .sorted { $0.subject < $1.subject }
    #expect(loaded.map(\.subject) == ["a", "b"])
    #expect(loaded[0].cost.missing == UInt64(Int64.max))
    #expect(loaded[1] == Self.use("b", missing: 9_000, at: 10))
  }

  @Test func `what is back again is not there, and leaves the file`() async throws {
    let place = try Place()
    let path = "\(place.path)/quotas.sqlite"
    let (file, _) = try UsageFile.open(path: path, thread: place.thread, at: 0)
    func subjects(at now: Int64) throws -> [String] {
      try UsageFile.open(path: path, thread: place.thread, at: now).uses.map(\.subject).sorted()
    }
    try await Self.put(
      [Self.use("a", missing: 7_000, at: 10), Self.use("b", missing: Self.day, at: 10)],
      in: file, at: 10)
    #expect(try subjects(at: 17) == ["b"])
    try await Self.put([Self.use("c", missing: Self.day, at: 17)], in: file, at: 90_000_000)
    #expect(try subjects(at: 0) == ["b", "c"])
  }

  @Test func `a file that is none is an error that names it`() throws {
    let place = try Place()
    let path = "\(place.path)/quotas.sqlite"
    let file = try #require(fopen(path, "w"))
    fputs(String(repeating: "no database ", count: 100), file)
    fclose(file)
    let error = #expect(throws: OrderError.self) {
      _ = try UsageFile.open(path: path, thread: place.thread, at: 0)
    }
    #expect(error?.description.contains(path) == true)
  }
}
