import Inspection
import JSON
import Testing

/// How much of what is poisoned is found, and how much of what is honest is found as well.
@Suite("Quality of the signals")
struct SignalQualityTests {
  private struct Figures {
    var count = 0
    var blocked = 0
    var signalled = 0

    init(_ title: String, _ tools: [JSONNode], shows: Bool = false) {
      for tool in tools {
        let name = tool[member: "name"]?.string ?? ""
        let signals = Inspector(of: "upstream", among: [])
          .signals(of: InspectedItem(kind: .tool, name: name, definition: tool))
        count += 1
        signalled += signals.isEmpty ? 0 : 1
        blocked += signals.contains { $0.severity == .block } ? 1 : 0
        if shows { for signal in signals { print("inspection: \(name): \(signal)") } }
      }
      print(
        "inspection: \(title): \(count) definitions, block \(blocked) (\(percent(blocked)) %),",
        "any \(signalled) (\(percent(signalled)) %)")
    }

    private func percent(_ part: Int) -> Double {
      count == 0 ? 0 : (Double(part) / Double(count) * 1000).rounded() / 10
    }
  }

  @Test func `no tool of ninety-four honest servers is blocked or looks suspicious`() throws {
    let figures = Figures("own set, honest", try DataFile.honestTools(), shows: true)
    #expect(figures.count == 520)
    #expect(figures.blocked == 0)
    #expect(figures.signalled == 0)
  }

  @Test func `of public honest tools none is blocked and few need a look`() throws {
    guard let tools = try DataFile.ofPublicData("tool-retrieval/tools.jsonl") else {
      print("skipped: the public tools are absent")
      return
    }
    let figures = Figures("public, honest", try tools.map(DataFile.definition(of:)))
    #expect(figures.blocked == 0)
    #expect(figures.signalled * 100 <= figures.count)
  }

  /// Rules were tried on the even half, by the last bit of the text's SHA-256 (`half` in a line).
  @Test(arguments: [Int64(0), 1])
  func `poisoned descriptions are found`(half: Int64) throws {
    guard let lines = try DataFile.ofPublicData("tool-poisoning/poisoned.jsonl") else {
      print("skipped: the poisoned descriptions are absent")
      return
    }
    let ofHalf = lines.filter { $0[member: "half"]?.int64 == half }
    for kind in Set(ofHalf.compactMap { $0[member: "kind"]?.string }).sorted() {
      _ = Figures(
        "poisoned, half \(half), \(kind)",
        ofHalf.filter { $0[member: "kind"]?.equals(kind) == true })
    }
    let figures = Figures("poisoned, half \(half)", ofHalf)
    #expect(figures.blocked * 100 >= figures.count * 55)
    #expect(figures.signalled * 100 >= figures.count * 90)
  }

  @Test func `poisoned descriptions of our own are found, in the words they are written in`() throws
  {
    let figures = Figures("own set, poisoned", try DataFile.own("poisoned.jsonl"))
    #expect(figures.count == 40)
    #expect(figures.blocked >= 25)
    #expect(figures.signalled >= 32)
  }
}
