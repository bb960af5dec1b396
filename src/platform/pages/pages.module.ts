import { Controller, Get, Header, Module } from '@nestjs/common';
import { STYLE, STYLE_PATH } from './style.js';

@Controller()
class StyleController {
  @Get(STYLE_PATH)
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=31536000, immutable')
  style(): string {
    return STYLE;
  }
}

/** What every page needs. */
@Module({ controllers: [StyleController] })
export class PagesModule {}
