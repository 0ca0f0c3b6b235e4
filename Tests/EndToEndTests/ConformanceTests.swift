import Testing

/// The gateway before a server with everything: what a client of either revision sees must be what
/// the specification says, whatever the era of what is behind.
@Suite(.ownThreads, .gateway { try Conformance.gateway() })
struct ConformanceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let cell: ConformanceCell
    let scenario: String

    var testDescription: String { "\(scenario), \(cell.testDescription)" }

    static let all: [Case] = ConformanceCell.all.flatMap { cell in
      let impossible = cell.impossible
      let more = cell.isAggregated ? ["--server", cell.upstream.rawValue] : []
      return names(cell.revision, more).filter { impossible[$0] == nil }.map {
        Case(cell: cell, scenario: $0)
      }
    }

    private static func names(_ revision: String, _ more: [String]) -> [String] {
      more.isEmpty
        ? Conformance.names(revision) : Conformance.names(revision, more[0], more[1])
    }
  }

  @Test("A scenario of conformance passes", arguments: Case.all)
  func passes(case: Case) throws {
    let verdict = try Conformance.verdict(
      on: `case`.scenario, in: `case`.cell, of: try gateway)
    let found = try #require(verdict, "the scenario was not run")
    #expect(found.passed, "\(found.failures.joined(separator: "; "))")
  }

  @Test(
    "Each revision's official requirements are all asked",
    arguments: [("2026-07-28", 37), ("2025-11-25", 30)])
  func asksAll(revision: String, count: Int) {
    #expect(Conformance.names(revision, "--only", "scored").count == count)
  }

  @Test("What cannot pass in a cell is a scenario of its revision", arguments: ConformanceCell.all)
  func knowsTheImpossible(cell: ConformanceCell) {
    let names = Conformance.names(cell.revision)
    for scenario in cell.impossible.keys { #expect(names.contains(scenario)) }
  }
}
