import Testing

@testable import Cedar

@Suite("entities")
struct EntitiesTests {
  private func uid(_ id: Int) -> EntityUID { EntityUID(type: "T", id: String(id)) }

  @Test("ancestors are found through groups that are not described")
  func ancestors() throws {
    let entities = try Entities([
      Entity(uid(1), parents: [uid(2), uid(3)]), Entity(uid(3), parents: [uid(4)]),
    ])
    #expect(entities.isMember(uid(1), of: uid(2)))
    #expect(entities.isMember(uid(1), of: uid(4)))
    #expect(entities.isMember(uid(9), of: uid(9)))
    #expect(!entities.isMember(uid(2), of: uid(1)))
    #expect(entities.attributes(of: uid(2)) == nil)
    #expect(entities.count == 2)
  }

  @Test("more ancestors than are scanned are all found")
  func manyAncestors() throws {
    let entities = try Entities([Entity(uid(0), parents: (1...100).map(uid))])
    for id in 1...100 { #expect(entities.isMember(uid(0), of: uid(id))) }
    #expect(!entities.isMember(uid(0), of: uid(101)))
  }

  @Test("a long chain of groups is resolved without exhausting the stack")
  func longChain() throws {
    let count = 2000
    let entities = try Entities(
      (0..<count).map { Entity(uid($0), parents: [uid($0 + 1)]) })
    #expect(entities.isMember(uid(0), of: uid(count)))
  }

  @Test("an entity that is its own ancestor is refused with the way round")
  func cycles() {
    #expect(throws: EntityError.cycle([uid(2), uid(3), uid(2)])) {
      try Entities([
        Entity(uid(1), parents: [uid(2)]), Entity(uid(2), parents: [uid(3)]),
        Entity(uid(3), parents: [uid(2)]),
      ])
    }
    #expect(throws: EntityError.cycle([uid(1), uid(1)])) {
      try Entities([Entity(uid(1), parents: [uid(1)])])
    }
    #expect(
      EntityError.cycle([uid(1), uid(1)]).description
        == #"the entity T::"1" is its own ancestor: T::"1" in T::"1""#)
  }

  @Test("an entity described twice is refused")
  func duplicates() {
    #expect(throws: EntityError.duplicate(uid(1))) {
      try Entities([Entity(uid(1)), Entity(uid(1))])
    }
  }

  @Test("entities of one request are laid over the snapshot and leave it as it was")
  func overlay() throws {
    let base = try Entities([Entity(uid(2), parents: [uid(3)]), Entity(uid(3))])
    let with = try base.adding([
      Entity(uid(1), attributes: ["a": 1], parents: [uid(2)]), Entity(uid(0), parents: [uid(1)]),
    ])
    #expect(with.isMember(uid(1), of: uid(3)))
    #expect(with.isMember(uid(0), of: uid(3)))
    #expect(with.attributes(of: uid(1)) == ["a": 1])
    #expect(base.attributes(of: uid(1)) == nil)
    #expect(base.count == 2 && with.count == 4)
  }

  @Test("an overlay cannot change what the snapshot says")
  func overlayConflicts() throws {
    let base = try Entities([Entity(uid(2), parents: [uid(3)])])
    #expect(throws: EntityError.duplicate(uid(2))) { try base.adding([Entity(uid(2))]) }
    #expect(throws: EntityError.alreadyAncestor(uid(3))) { try base.adding([Entity(uid(3))]) }
    #expect(throws: EntityError.alreadyAncestor(uid(5))) {
      try base.adding([Entity(uid(4), parents: [uid(5)]), Entity(uid(5))])
    }
    #expect(throws: EntityError.cycle([uid(4), uid(4)])) {
      try base.adding([Entity(uid(4), parents: [uid(4)])])
    }
  }
}
