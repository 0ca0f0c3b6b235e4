extension ConfigurationReader {
  /// The keys `expose` and `favourites` of the root or of a profile.
  func exposure(_ section: inout Section, servers: [String]) -> Configuration.Exposure {
    var exposure = Configuration.Exposure()
    let expose = section.take("expose")
    if let mode = expose?.choice(of: Configuration.Exposure.Mode.self) { exposure.mode = mode }
    let favourites =
      section.take("favourites") ?? section.take("favorites", suggested: false)
    if let favourites { exposure.favourites = patterns(favourites, servers) }
    switch exposure.mode {
    case .hybrid where favourites == nil:
      expose?.warn("lists no favourites", expected: "`favourites`, or `expose: search`")
    case .all, .search:
      favourites?.warn("has no effect", expected: "`expose: hybrid`")
    case .hybrid: break
    }
    return exposure
  }
}
