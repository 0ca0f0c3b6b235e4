/// Finds the ancestors of every described entity: depth first with an explicit stack, so that a
/// long chain of groups cannot exhaust the thread's.
struct AncestorClosure {
  private enum Mark { case new, open, done }

  private let table: PrehashedTable<EntityUID>
  private let entities: ContiguousArray<Entity>
  private var marks: ContiguousArray<Mark>
  private var result: ContiguousArray<Ancestors>
  private let limit: Int
  private var steps = 0

  init(table: PrehashedTable<EntityUID>, entities: ContiguousArray<Entity>, steps limit: Int) {
    self.table = table
    self.entities = entities
    self.limit = limit
    marks = ContiguousArray(repeating: .new, count: entities.count)
    result = ContiguousArray(repeating: .none, count: entities.count)
  }

  /// The ancestors in the order of the entities.
  /// - Throws: `.cycle` with the way round, `.tooManyAncestors`.
  mutating func resolve() throws(EntityError) -> ContiguousArray<Ancestors> {
    for start in entities.indices where marks[start] == .new {
      var stack: [(entity: Int, parent: Int)] = [(start, 0)]
      marks[start] = .open
      while let (entity, parent) = stack.last {
        let parents = entities[entity].parents
        guard parent < parents.count else {
          try finish(entity)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].parent += 1
        guard let next = table.find(parents[parent]) else { continue }
        switch marks[next] {
        case .done: break
        case .new:
          marks[next] = .open
          stack.append((next, 0))
        case .open:
          let way = stack.drop { $0.entity != next }.map { entities[$0.entity].uid }
          throw .cycle(way + [entities[next].uid])
        }
      }
    }
    return result
  }

  private mutating func finish(_ entity: Int) throws(EntityError) {
    var ancestors = Ancestors.none
    for parent in entities[entity].parents {
      ancestors.insert(parent)
      let number = table.find(parent)
      steps += 1 + (number.map { result[$0].list.count } ?? 0)
      guard steps <= limit else { throw .tooManyAncestors(limit: limit) }
      guard let number else { continue }
      for ancestor in result[number].list { ancestors.insert(ancestor) }
    }
    result[entity] = ancestors
    marks[entity] = .done
  }
}
