package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.RequiresRoot;
import org.junit.jupiter.api.Nested;

/** What the backend promises the engine, phase by phase; run in a guest by {@link LvmIT}. */
@RequiresRoot
class Contracts {
  @Nested
  class Seals extends SealContract {}

  @Nested
  class Receptions extends ReceptionContract {}

  @Nested
  class ReceptionsOnXfs extends ReceptionOnXfsContract {}

  @Nested
  class Views extends ViewContract {}

  @Nested
  class Deletions extends DeletionContract {}

  @Nested
  class Probes extends ProbeContract {}

  @Nested
  class ThickVolumes extends ThickContract {}

  @Nested
  class Xfs extends XfsContract {}
}
