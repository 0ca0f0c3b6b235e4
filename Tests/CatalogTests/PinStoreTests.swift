import Glibc
import Testing
import TestSupport

@testable import Catalog

@Suite("Pins in the store")
struct PinStoreTests {
  private func withPath(_ body: (String) throws -> Void) throws {
    let directory = TemporaryDirectory()
    try body(directory.file("catalog.sqlite"))
  }

  private func change(
    _ event: PinChange.Event, _ key: ItemKey, _ digest: String?, server: String = "git"
  ) -> PinChange {
    PinChange(
      event: event, server: server, key: key, after: digest,
      definition: event == .approved ? [1, 0, 255] : [], effect: "read", user: "ana",
      reason: "it's fine", time: 7)
  }

  @Test func `every state is there after the file was opened again`() throws {
    try withPath { path in
      let tool = ItemKey(.tool, "log")
      let changes = [
        change(.quarantined, .server, "a"), change(.approved, .server, "a"),
        change(.quarantined, tool, "b"), change(.approved, tool, "b"), change(.changed, tool, "c"),
        change(.rejected, tool, "c"), change(.quarantined, ItemKey(.prompt, "log"), "d"),
        change(.quarantined, .instructions, "e", server: "other"),
        change(.forgotten, .instructions, nil, server: "other"),
      ]
      var expected: [String: ServerPins] = [:]
      for change in changes {
        expected[change.server, default: [:]][change.key, default: ItemPins()].take(change)
      }
      expected["other"] = nil
      try CatalogStore(path: path).take(changes)
      let read = try CatalogStore(path: path).pins()
      #expect(read == expected)
      let pin = try #require(read["git"]?[tool]?.approved)
      #expect(pin.definition == [1, 0, 255] && pin.effect == "read" && pin.actor == "ana")
      #expect(read["git"]?[tool]?.rejected?.digest == "c")
      try CatalogStore(path: path).take([change(.revoked, tool, "c")])
      let pins = try #require(try CatalogStore(path: path).pins()["git"]?[tool])
      #expect(pins.approved == nil)
      #expect(pins.revoked?.digest == "b" && pins.revoked?.definition == [1, 0, 255])
      #expect(pins.revoked?.effect == "read")
    }
  }
}
