import { Controller, Get, Redirect } from '@nestjs/common';

/** Whoever opens the bare address finds something to look at: the explorer, until there is a page of its own. */
@Controller()
export class HomeController {
  @Get()
  @Redirect('/graphql', 302)
  home(): void {}
}
